// What all sessions share. The hub owns it; nothing in it knows a connection.
#pragma once

#include <map>
#include <string>

#include "chat/domain/names_in_use.hpp"
#include "chat/domain/presence.hpp"
#include "chat/domain/rate_limiter.hpp"
#include "chat/domain/store.hpp"
#include "chat/domain/typing.hpp"
#include "chat/session/agenda.hpp"
#include "chat/session/clock.hpp"
#include "chat/session/command_reader.hpp"
#include "chat/session/directory.hpp"
#include "chat/session/limits.hpp"
#include "chat/session/outlet.hpp"
#include "chat/session/presence_board.hpp"
#include "chat/session/room_feeds.hpp"

namespace duplex::chat {

struct SessionOptions {
  RateLimits rates;
  // Everything that is neither a message, typing, nor a page of history. Per connection.
  Rate request_rate{100, 20};
  // The oldest version of each known client that still fits this server.
  std::map<std::string, unsigned, std::less<>> client_versions_min{{"duplex-web", 1}};
};

// Loop thread only. What it refers to outlives it.
struct World {
  World(SessionOptions session_options, Store& the_store, const Clock& the_clock, Broadcast& the_broadcast,
        RandomBytes random_bytes)
      : options(std::move(session_options)),
        store(the_store),
        clock(the_clock),
        broadcast(the_broadcast),
        random(std::move(random_bytes)),
        limiter(options.rates) {}

  const SessionOptions options;
  Store& store;
  const Clock& clock;
  Broadcast& broadcast;
  const RandomBytes random;

  CommandReader reader;
  RateLimiter limiter;
  NamesInUse names;
  Presence presence;
  PresenceBoard presence_board;
  Typing typing;
  RoomFeeds feeds;
  Agenda agenda;
  Directory sessions;
};

}  // namespace duplex::chat
