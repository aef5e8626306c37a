// Every bound and every period of the wire protocol in one place. See docs/chat-protocol.md for their meaning
// to clients.
#pragma once

#include <cstddef>

#include "chat/domain/limits.hpp"
#include "chat/domain/rate_limiter.hpp"

namespace duplex::chat {

// A body of 16 KiB in which every byte is written as \u00XX, with room for the rest of the message.
inline constexpr std::size_t frame_bytes_max = 128 * 1024;
inline constexpr std::size_t request_id_bytes_max = 64;
inline constexpr std::size_t client_bytes_max = 128;
inline constexpr std::size_t token_bytes_max = 256;

inline constexpr TimeMs hello_timeout_ms = 10'000;
inline constexpr unsigned hello_refusals_max = 10;
inline constexpr TimeMs heartbeat_ms = 20'000;
inline constexpr TimeMs heartbeat_grace_ms = 10'000;

// Who is here and who is typing is told in batches: a burst of changes costs each reader one message.
inline constexpr TimeMs presence_interval_ms = 250;
inline constexpr TimeMs typing_interval_ms = 100;
inline constexpr std::size_t presence_users_per_push_max = 200;
// The number of presence messages in a room grows with the square of its readers; beyond this many they ask
// `who`.
inline constexpr std::size_t presence_readers_max = 2'000;
inline constexpr std::size_t who_members_max = 500;

inline constexpr std::size_t history_limit_default = 50;
// A page of history ends early rather than to be larger than this.
inline constexpr std::size_t history_page_bytes_max = 512 * 1024;

// Replay and long answers go on while fewer bytes than this wait for the reader, so that the largest thing
// that may follow (a page of history) and live events still fit below outbox_bytes_max. Only a reader who
// falls behind the live events comes that far.
inline constexpr std::size_t outbox_bytes_calm = 256 * 1024;
inline constexpr std::size_t outbox_bytes_max = 2 * 1024 * 1024;
inline constexpr std::size_t replay_page_events = 50;
// How often a reader who is behind is looked at: soon at first, then less often while nothing moves.
inline constexpr TimeMs pace_ms_min = 2;
inline constexpr TimeMs pace_ms_max = 64;

// Requests that wait for an earlier one of the same connection.
inline constexpr std::size_t requests_waiting_max = 4096;
inline constexpr std::size_t requests_waiting_bytes_max = 1024 * 1024;

// Messages of one connection, whatever they say. Nobody who follows the protocol comes near it; who exceeds
// it is closed.
inline constexpr Rate frame_rate{2000, 500};

inline constexpr TimeMs retry_unavailable_ms = 1'000;
inline constexpr TimeMs restart_retry_ms_min = 500;
inline constexpr TimeMs restart_retry_ms_max = 5'000;

}  // namespace duplex::chat
