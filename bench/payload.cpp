#include "payload.hpp"

#include <array>
#include <random>
#include <string_view>

namespace duplex::bench {
namespace {

using Generator = std::mt19937_64;

std::string make_text(std::size_t number, std::size_t payload_bytes) {
  constexpr std::size_t letters = 26;
  std::string text = std::to_string(number) + " ";
  while (text.size() < payload_bytes) text += static_cast<char>('a' + (number + text.size()) % letters);
  text.resize(payload_bytes);
  return text;
}

std::string make_binary(Generator& generator, std::size_t payload_bytes) {
  std::string bytes;
  while (bytes.size() < payload_bytes) bytes += static_cast<char>(generator() >> 56);
  return bytes;
}

std::string make_utf8(Generator& generator, std::size_t payload_bytes) {
  constexpr std::array<std::string_view, 5> wide = {"\xc3\xa9", "\xd0\x96", "\xe4\xb8\xad", "\xe2\x82\xac",
                                                    "\xf0\x9f\x98\x80"};
  constexpr std::size_t letters = 26;
  std::string text;
  while (text.size() < payload_bytes) {
    const std::string_view character = wide[generator() % wide.size()];
    const bool fits = text.size() + character.size() <= payload_bytes;
    if (fits && generator() % 3 == 0) {
      text += character;
    } else {
      text += static_cast<char>('a' + generator() % letters);
    }
  }
  return text;
}

std::string number_below(Generator& generator, std::uint64_t limit) {
  return std::to_string(generator() % limit);
}

std::string make_trade(Generator& generator) {
  constexpr std::array<std::string_view, 8> symbols = {"BTC-USD", "ETH-USD", "EUR-USD", "AAPL",
                                                       "MSFT",    "NVDA",    "GLD",     "XOM"};
  const std::string symbol(symbols[generator() % symbols.size()]);
  return "{\"id\":" + number_below(generator, 1'000'000'000) + ",\"symbol\":\"" + symbol +
         "\",\"price\":" + number_below(generator, 70'000) + "." + number_below(generator, 100) +
         ",\"qty\":" + number_below(generator, 100) + "." + number_below(generator, 10'000) + ",\"side\":\"" +
         (generator() % 2 == 0 ? "buy" : "sell") + "\",\"ts\":17" +
         std::to_string(10'000'000'000 + generator() % 90'000'000'000) + "}";
}

std::string make_json(Generator& generator, std::size_t payload_bytes) {
  constexpr std::string_view tail = "],\"pad\":\"\"}";
  std::string json = "{\"type\":\"trades\",\"channel\":\"market." + number_below(generator, 100) +
                     "\",\"seq\":" + number_below(generator, 100'000'000) + ",\"data\":[";
  for (std::string trade = make_trade(generator); json.size() + trade.size() + tail.size() < payload_bytes;
       trade = make_trade(generator)) {
    if (json.back() != '[') json += ',';
    json += trade;
  }
  json += tail;
  json.insert(json.size() - 2, payload_bytes - json.size(), ' ');
  return json;
}

std::string make_payload(PayloadKind kind, Generator& generator, std::size_t payload_bytes,
                         std::size_t number) {
  switch (kind) {
    case PayloadKind::json:
      return make_json(generator, payload_bytes);
    case PayloadKind::utf8:
      return make_utf8(generator, payload_bytes);
    case PayloadKind::binary:
      return make_binary(generator, payload_bytes);
    case PayloadKind::text:
      break;
  }
  return make_text(number, payload_bytes);
}

}  // namespace

std::vector<std::string> make_payloads(PayloadKind kind, std::size_t payload_bytes, std::size_t count) {
  Generator generator;
  std::vector<std::string> payloads;
  for (std::size_t number = 0; number < count; ++number) {
    payloads.push_back(make_payload(kind, generator, payload_bytes, number));
  }
  return payloads;
}

}  // namespace duplex::bench
