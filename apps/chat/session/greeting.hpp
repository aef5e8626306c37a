// The first request of every connection: who is it, and what has it missed?
#pragma once

#include "chat/session/command.hpp"

namespace duplex::chat {

class Session;
struct World;

// Answers the hello, now or when the store has made the guest. Nothing changes when it is refused.
void greet(Session& session, World& world, const RequestId& id, const Hello& hello);

}  // namespace duplex::chat
