// Every bound of the chat's domain in one place. What a client may learn is sent to it in the answer to
// `hello`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace duplex::chat {

// Times are milliseconds since the Unix epoch, UTC.
using TimeMs = std::int64_t;

// A place in a room's order: 1 for the first event, 0 for "before the first". JSON numbers carry it exactly.
using Seq = std::int64_t;
inline constexpr Seq seq_max = (Seq{1} << 53) - 1;

inline constexpr std::size_t body_bytes_max = 16 * 1024;
inline constexpr std::size_t name_code_points_max = 32;

// Larger input is refused before any Unicode work is spent on it. NFKC can shrink text, but not from this.
inline constexpr std::size_t name_bytes_max = 512;

inline constexpr std::size_t history_page_events_max = 200;
inline constexpr Seq replay_events_max = 10'000;
inline constexpr std::size_t rooms_page_max = 100;
inline constexpr std::size_t members_page_max = 200;

// `hello` lists every room of a user and counts what is unread in each; the two bounds keep that cheap.
inline constexpr std::size_t rooms_per_user_max = 200;
inline constexpr std::size_t unread_count_max = 100;

// A search by name looks at every room; this many are searched in a few milliseconds.
inline constexpr std::size_t rooms_max = 10'000;

}  // namespace duplex::chat
