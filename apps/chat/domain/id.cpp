#include "chat/domain/id.hpp"

#include <algorithm>
#include <vector>

namespace duplex::chat {
namespace {

constexpr std::size_t id_characters = 16;

bool is_id_character(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

template<class Tag>
std::optional<Id<Tag>> Id<Tag>::parse(std::string_view text) {
  if (text.empty() || text.size() > id_bytes_max) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), is_id_character)) return std::nullopt;
  return Id(std::string(text));
}

template<class Tag>
Id<Tag> Id<Tag>::make(const RandomBytes& random) {
  return Id(random_text(random, id_characters));
}

template class Id<UserTag>;
template class Id<RoomTag>;

RoomId lobby() { return *RoomId::parse("lobby"); }

std::string random_text(const RandomBytes& random, std::size_t characters) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  std::vector<std::uint8_t> bytes(characters);
  random(bytes);
  std::string text;
  text.reserve(characters);
  for (std::uint8_t byte : bytes) text += alphabet[byte % alphabet.size()];
  return text;
}

}  // namespace duplex::chat
