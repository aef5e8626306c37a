#include "chat/domain/resume.hpp"

namespace duplex::chat {

std::string_view to_text(ResetReason reason) {
  switch (reason) {
    case ResetReason::epoch:
      return "epoch";
    case ResetReason::trimmed:
      return "trimmed";
    case ResetReason::too_far:
      return "too_far";
    case ResetReason::ahead:
      return "ahead";
  }
  return "epoch";
}

ResumePlan plan_resume(EpochMatch epoch, Seq cursor, const Room& room) {
  if (epoch == EpochMatch::different) return Reset{ResetReason::epoch};
  // Ahead of the log: an older backup was restored, and what the client has applied is not what is stored.
  if (cursor > room.last) return Reset{ResetReason::ahead};
  if (cursor < room.floor) return Reset{ResetReason::trimmed};
  if (room.last - cursor > replay_events_max) return Reset{ResetReason::too_far};
  return Replay{cursor, room.last};
}

}  // namespace duplex::chat
