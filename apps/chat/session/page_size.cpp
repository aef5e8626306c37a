#include "chat/session/page_size.hpp"

#include "chat/session/message_writer.hpp"

namespace duplex::chat {
namespace {

// Everything of an event but its body and its author's name.
constexpr std::size_t event_bytes_overhead = 320;

std::size_t bytes_of(const Event& event) {
  return event_bytes_overhead + json_bytes(event.body) + json_bytes(event.author.name);
}

enum class End { first, last };

End farther_end(const HistoryPosition& position, const Event& first, const Event& last) {
  if (std::holds_alternative<After>(position)) return End::last;
  const auto* around = std::get_if<Around>(&position);
  if (around == nullptr) return End::first;
  return around->seq - first.seq > last.seq - around->seq ? End::first : End::last;
}

}  // namespace

void fit_page(HistoryPage& page, const HistoryPosition& position, std::size_t bytes_max) {
  std::size_t bytes = 0;
  for (const Event& event : page.events) bytes += bytes_of(event);
  std::size_t begin = 0;
  std::size_t end = page.events.size();
  while (bytes > bytes_max && end - begin > 1) {
    if (farther_end(position, page.events[begin], page.events[end - 1]) == End::first) {
      bytes -= bytes_of(page.events[begin++]);
      page.more_before = true;
    } else {
      bytes -= bytes_of(page.events[--end]);
      page.more_after = true;
    }
  }
  page.events.erase(page.events.begin() + static_cast<std::ptrdiff_t>(end), page.events.end());
  page.events.erase(page.events.begin(), page.events.begin() + static_cast<std::ptrdiff_t>(begin));
}

}  // namespace duplex::chat
