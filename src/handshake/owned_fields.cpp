#include "handshake/owned_fields.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "http/fields.hpp"
#include "http/response_writer.hpp"

namespace duplex::handshake {
namespace {

constexpr auto owned_fields = std::to_array<std::string_view>(
    {"Host", "Upgrade", "Connection", "Origin", "Content-Length", "Transfer-Encoding", "Expect"});
constexpr std::string_view owned_prefix = "Sec-WebSocket-";

bool is_owned(std::string_view name) {
  return http::equal_ignoring_case(name.substr(0, owned_prefix.size()), owned_prefix) ||
         std::any_of(owned_fields.begin(), owned_fields.end(),
                     [&](std::string_view owned) { return http::equal_ignoring_case(owned, name); });
}

}  // namespace

Result<void> check_application_fields(const HeaderFields& fields) {
  for (const HeaderField& field : fields) {
    if (!http::is_token(field.name)) return Error(ErrorKind::misuse, "a header field's name is not a token");
    if (!http::is_writable(field))
      return Error(ErrorKind::misuse, "the header field " + field.name + " holds a control character");
    if (is_owned(field.name))
      return Error(ErrorKind::misuse, "the header field " + field.name + " is made by the handshake itself");
  }
  return {};
}

}  // namespace duplex::handshake
