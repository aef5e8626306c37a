#include "server/exchange.hpp"

#include <algorithm>

namespace duplex::server {

bool Exchange::has_audience(const Mailbox* publisher) const {
  return std::any_of(mailboxes_.begin(), mailboxes_.end(),
                     [publisher](const auto& mailbox) { return is_audience(*mailbox, publisher); });
}

SendVerdict Exchange::publish(const Mailbox* publisher, const Publication& publication) const {
  SendVerdict verdict = SendVerdict::queued;
  for (const auto& mailbox : mailboxes_) {
    if (!is_audience(*mailbox, publisher)) continue;
    if (mailbox->publish(publication) == SendVerdict::dropped) verdict = SendVerdict::dropped;
  }
  return verdict;
}

}  // namespace duplex::server
