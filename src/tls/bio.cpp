#include "tls/bio.hpp"

#include <openssl/bio.h>

#include <memory>

#include "base/assert.hpp"
#include "tls/engine.hpp"

namespace duplex::tls {
namespace {

using BioMethodPointer = std::unique_ptr<BIO_METHOD, FreedBy<BIO_meth_free>>;

Engine& engine_of(BIO* bio) { return *static_cast<Engine*>(BIO_get_data(bio)); }

int read_lent(BIO* bio, char* into, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  *count = engine_of(bio).take_input({reinterpret_cast<std::byte*>(into), size});
  if (*count > 0) return 1;
  BIO_set_retry_read(bio);
  return 0;
}

int write_out(BIO* bio, const char* bytes, std::size_t size, std::size_t* count) {
  BIO_clear_retry_flags(bio);
  engine_of(bio).put_output({reinterpret_cast<const std::byte*>(bytes), size});
  *count = size;
  return 1;
}

/// Flushing has nothing to do, and no other question has an answer.
long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BioMethodPointer make_method() {
  BioMethodPointer method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "duplex engine"));
  DUPLEX_ASSERT(method != nullptr);
  BIO_meth_set_read_ex(method.get(), read_lent);
  BIO_meth_set_write_ex(method.get(), write_out);
  BIO_meth_set_ctrl(method.get(), control);
  return method;
}

/// A table of functions that never changes. OpenSSL hands out a number for each that is made, and has few.
const BIO_METHOD* method() {
  static const BioMethodPointer made = make_method();
  return made.get();
}

}  // namespace

void attach_bio(SSL& ssl, Engine& engine) {
  BIO* bio = BIO_new(method());
  DUPLEX_ASSERT(bio != nullptr);
  BIO_set_data(bio, &engine);
  BIO_set_init(bio, 1);
  SSL_set_bio(&ssl, bio, bio);
}

}  // namespace duplex::tls
