#include "deflation.hpp"

#include <zlib.h>

namespace duplex::bench {
namespace {

constexpr int raw_window_bits = -15;
constexpr int memory_level = 8;
constexpr std::string_view removed_tail("\x00\x00\xff\xff", 4);

Bytef* bytes_of(std::string& text) { return reinterpret_cast<Bytef*>(text.data()); }

}  // namespace

std::string deflate_message(std::string_view payload) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, raw_window_bits, memory_level, Z_DEFAULT_STRATEGY);
  std::string input(payload);
  std::string output(deflateBound(&stream, payload.size()) + removed_tail.size(), '\0');
  stream.next_in = bytes_of(input);
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = bytes_of(output);
  stream.avail_out = static_cast<uInt>(output.size());
  deflate(&stream, Z_SYNC_FLUSH);
  output.resize(stream.total_out - removed_tail.size());
  deflateEnd(&stream);
  return output;
}

void Inflater::End::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

Inflater::Inflater(Takeover takeover) : takeover_(takeover), stream_(new z_stream{}) {
  inflateInit2(stream_.get(), raw_window_bits);
}

std::optional<std::string> Inflater::inflate_message(std::string message, std::size_t payload_bytes_max) {
  if (takeover_ == Takeover::no) inflateReset(stream_.get());
  message += removed_tail;
  // One more than allowed, so that a message that is too long shows.
  std::string payload(payload_bytes_max + 1, '\0');
  stream_->next_in = bytes_of(message);
  stream_->avail_in = static_cast<uInt>(message.size());
  stream_->next_out = bytes_of(payload);
  stream_->avail_out = static_cast<uInt>(payload.size());
  const int result = inflate(stream_.get(), Z_SYNC_FLUSH);
  if ((result != Z_OK && result != Z_BUF_ERROR) || stream_->avail_in != 0 || stream_->avail_out == 0)
    return {};
  payload.resize(payload.size() - stream_->avail_out);
  return payload;
}

}  // namespace duplex::bench
