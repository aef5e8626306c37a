#include "inflate_model.hpp"

#include <zlib.h>

#include <algorithm>

#include "check.hpp"

namespace duplex::fuzz {
namespace {

constexpr int largest_window_bits = 15;
// zlib lets references reach into what one call has written, whatever the window: calls have to be small.
constexpr std::size_t room_bytes = 16;

std::string last_bytes(const std::string& text, std::size_t count) {
  return text.substr(text.size() - std::min(count, text.size()));
}

// One DEFLATE stream up to its final block, begun behind `history`.
class Stream {
 public:
  Stream(int window_bits, const std::string& history) {
    check(inflateInit2(&stream_, -window_bits) == Z_OK, "zlib has memory");
    const std::string window = last_bytes(history, std::size_t{1} << window_bits);
    const auto* bytes = reinterpret_cast<const Bytef*>(window.data());
    check(inflateSetDictionary(&stream_, bytes, static_cast<uInt>(window.size())) == Z_OK,
          "zlib has a window");
  }
  ~Stream() { inflateEnd(&stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Z_STREAM_END behind a final block; Z_OK and no input left when there is none; else it is broken.
  int inflate(std::string_view& input, std::size_t bytes_max, std::string& output) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = static_cast<uInt>(input.size());
    int result = Z_OK;
    do {
      char room[room_bytes];
      stream_.next_out = reinterpret_cast<Bytef*>(room);
      stream_.avail_out = sizeof room;
      result = ::inflate(&stream_, Z_SYNC_FLUSH);
      output.append(room, sizeof room - stream_.avail_out);
    } while (result == Z_OK && output.size() <= bytes_max);
    input.remove_prefix(input.size() - stream_.avail_in);
    const std::string_view complaint = stream_.msg == nullptr ? "" : stream_.msg;
    uses_reserved_code_ = complaint == "invalid literal/length code" ||
                          complaint == "invalid distance code" ||
                          complaint == "too many length or distance symbols";
    return result;
  }

  /// Is it broken by a code that DEFLATE reserves (RFC 1951 §3.2.6)?
  bool uses_reserved_code() const { return uses_reserved_code_; }

 private:
  z_stream stream_{};
  bool uses_reserved_code_ = false;
};

}  // namespace

InflateModel::Inflated InflateModel::inflate(std::string_view compressed, std::size_t bytes_max,
                                             Window window) const {
  const int bits = window == Window::agreed && takes_context_over_ ? window_bits_ : largest_window_bits;
  // The tail that the sender has taken away, and an empty final block: if the message ends between two
  // blocks, the stream ends with exactly these bytes.
  static constexpr std::string_view tail("\x00\x00\xFF\xFF", 4);
  static constexpr std::string_view end("\x01\x00\x00\xFF\xFF", 5);
  const std::string stream = std::string(compressed) + std::string(tail);
  Inflated with_end = inflate_all(stream + std::string(end), bytes_max, bits);
  if (with_end.message.size() <= bytes_max) return with_end;
  // The end itself may have been taken for data, by a message that was cut off.
  Inflated without_end = inflate_all(stream, bytes_max, bits);
  without_end.is_broken = without_end.message.size() <= bytes_max;
  return without_end;
}

InflateModel::Inflated InflateModel::inflate_all(const std::string& stream, std::size_t bytes_max,
                                                 int window_bits) const {
  Inflated inflated;
  std::string_view rest = stream;
  while (true) {
    Stream next(window_bits, history_ + inflated.message);
    const bool has_ended = next.inflate(rest, bytes_max, inflated.message) == Z_STREAM_END;
    if (inflated.message.size() > bytes_max) return inflated;
    inflated.is_broken = !has_ended;
    inflated.uses_reserved_code = next.uses_reserved_code();
    if (!has_ended || rest.empty()) return inflated;
  }
}

void InflateModel::remember(std::string_view message) {
  if (!takes_context_over_) return;
  history_ = last_bytes(history_ + std::string(message), std::size_t{1} << largest_window_bits);
}

}  // namespace duplex::fuzz
