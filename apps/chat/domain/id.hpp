// Opaque names of things: users and rooms. Only [a-z0-9], because they become file names, metric labels and
// subjects of a message bus; a person's or room's visible name is a Name and never an identity.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace duplex::chat {

// Fills the span with unpredictable bytes. Production passes the operating system's generator, tests a seeded
// one.
using RandomBytes = std::function<void(std::span<std::uint8_t>)>;

inline constexpr std::size_t id_bytes_max = 64;

// A value: comparable, hashable, never empty once parsed. The tag keeps a UserId from being passed as a
// RoomId.
template<class Tag>
class Id {
 public:
  // The id that `text` spells, or nothing when it is empty, too long or holds anything but [a-z0-9].
  static std::optional<Id> parse(std::string_view text);

  // A fresh id of 80 random bits: unique, but no secret.
  static Id make(const RandomBytes& random);

  const std::string& text() const { return text_; }

  friend bool operator==(const Id&, const Id&) = default;
  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  explicit Id(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

struct UserTag;
struct RoomTag;
using UserId = Id<UserTag>;
using RoomId = Id<RoomTag>;

extern template class Id<UserTag>;
extern template class Id<RoomTag>;

// The room that exists from the first start on and whose members are everyone.
RoomId lobby();

// Five random bits per character of [a-z2-7].
std::string random_text(const RandomBytes& random, std::size_t characters);

}  // namespace duplex::chat

template<class Tag>
struct std::hash<duplex::chat::Id<Tag>> {
  std::size_t operator()(const duplex::chat::Id<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.text());
  }
};
