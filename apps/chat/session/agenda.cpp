#include "chat/session/agenda.hpp"

namespace duplex::chat {

void Agenda::schedule(SessionId session, TimeMs at) {
  const auto found = times_.find(session);
  if (found != times_.end() && found->second <= at) return;
  forget(session);
  times_.emplace(session, at);
  entries_.emplace(at, session);
}

void Agenda::forget(SessionId session) {
  const auto found = times_.find(session);
  if (found == times_.end()) return;
  entries_.erase({found->second, session});
  times_.erase(found);
}

std::vector<SessionId> Agenda::take_due(TimeMs now) {
  std::vector<SessionId> due;
  while (!entries_.empty() && entries_.begin()->first <= now) {
    due.push_back(entries_.begin()->second);
    times_.erase(entries_.begin()->second);
    entries_.erase(entries_.begin());
  }
  return due;
}

std::optional<TimeMs> Agenda::next() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.begin()->first;
}

}  // namespace duplex::chat
