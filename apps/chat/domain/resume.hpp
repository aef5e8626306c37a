// What a client that comes back gets for one room: the events it missed, or an honest word that it cannot be
// done.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "chat/domain/limits.hpp"
#include "chat/domain/room.hpp"

namespace duplex::chat {

// Replay the events with after < seq <= to, then say that it is complete. Both are equal when nothing was
// missed.
struct Replay {
  Seq after = 0;
  Seq to = 0;
};

enum class ResetReason { epoch, trimmed, too_far, ahead };

// "epoch", "trimmed", "too_far", "ahead".
std::string_view to_text(ResetReason reason);

struct Reset {
  ResetReason reason = ResetReason::epoch;
};

using ResumePlan = std::variant<Replay, Reset>;

enum class EpochMatch { same, different };

// `cursor` is the last seq the client has applied, `room` as read now: its `last` becomes the cutoff. Never
// partial: the plan is a replay only if every event above the cursor is still there and there are not too
// many.
ResumePlan plan_resume(EpochMatch epoch, Seq cursor, const Room& room);

}  // namespace duplex::chat
