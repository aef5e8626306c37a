// Messages to compress, and plain zlib as the second opinion.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <zlib.h>

#include <duplex/bytes.hpp>

namespace duplex::deflate::testing {

/// Bytes from hex pairs.
inline std::string bytes(std::string_view notation) {
  std::string result;
  for (std::size_t at = 0; at + 1 < notation.size(); at += 3)
    result += static_cast<char>(std::stoi(std::string(notation.substr(at, 2)), nullptr, 16));
  return result;
}

/// What compresses well, and not the same in every line.
inline std::string text_like_json(std::size_t size, unsigned seed = 1) {
  std::mt19937 engine(seed);
  std::string text;
  while (text.size() < size) {
    // One by one: operands of + may be computed in any order.
    text += R"({"id":)" + std::to_string(engine() % 100'000);
    text += R"(,"user":"user)" + std::to_string(engine() % 1'000);
    text += engine() % 2 == 0 ? R"(","side":"buy"},)" : R"(","side":"sell"},)";
  }
  text.resize(size);
  return text;
}

inline std::string noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 engine(seed);
  std::string text(size, '\0');
  for (char& each : text) each = static_cast<char>(engine() >> 24);
  return text;
}

/// Something, and the same again that many bytes later.
inline std::string far_repetition(std::size_t distance) {
  const std::string something = noise(100);
  return something + std::string(distance - something.size(), 'x') + something;
}

struct ZlibOptions {
  int level = 9;
  int window_bits = 15;
  int strategy = Z_DEFAULT_STRATEGY;
};

/// One message without the stripped tail, as another implementation would send it.
inline std::string zlib_deflate(std::string_view message, ZlibOptions options) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, options.level, Z_DEFLATED, -options.window_bits, 9, options.strategy),
            Z_OK);
  std::string output(deflateBound(&stream, message.size()) + 100, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
  stream.avail_in = static_cast<uInt>(message.size());
  stream.next_out = reinterpret_cast<Bytef*>(output.data());
  stream.avail_out = static_cast<uInt>(output.size());
  EXPECT_EQ(::deflate(&stream, Z_SYNC_FLUSH), Z_OK);
  output.resize(output.size() - stream.avail_out - 4);
  deflateEnd(&stream);
  return output;
}

/// A receiver with that window, which it cannot look beyond: zlib checks between outputs only, so they are
/// small.
class ZlibReceiver {
 public:
  explicit ZlibReceiver(int window_bits) { EXPECT_EQ(inflateInit2(&stream_, -window_bits), Z_OK); }
  ~ZlibReceiver() { inflateEnd(&stream_); }
  ZlibReceiver(const ZlibReceiver&) = delete;
  ZlibReceiver& operator=(const ZlibReceiver&) = delete;

  /// The next message, given without its tail; nothing if it is not to be had.
  std::optional<std::string> receive(std::string_view compressed) {
    std::string input(compressed);
    input += bytes("00 00 FF FF");
    stream_.next_in = reinterpret_cast<Bytef*>(input.data());
    stream_.avail_in = static_cast<uInt>(input.size());
    std::string message;
    do {
      char room[32];
      stream_.next_out = reinterpret_cast<Bytef*>(room);
      stream_.avail_out = sizeof room;
      const int result = ::inflate(&stream_, Z_SYNC_FLUSH);
      if (result != Z_OK && result != Z_BUF_ERROR) return {};
      message.append(room, sizeof room - stream_.avail_out);
    } while (stream_.avail_out == 0 || stream_.avail_in > 0);
    return message;
  }

 private:
  z_stream stream_{};
};

}  // namespace duplex::deflate::testing
