// What each request of somebody who has said hello does.
#pragma once

#include "chat/session/command.hpp"

namespace duplex::chat {

class Session;
struct World;

// Answers now, or when the store has made the change. Requests without an id get no answer.
void handle_command(Session& session, World& world, const std::optional<RequestId>& id,
                    const Command& command);

}  // namespace duplex::chat
