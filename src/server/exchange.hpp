// Where the loops of one server hear of each other's publications.
#pragma once

#include <memory>
#include <vector>

#include <duplex/limits.hpp>

#include "connection/mailbox.hpp"
#include "connection/publication.hpp"

namespace duplex::server {

/// The mailboxes of all loops. Filled before the server runs, and then used from any thread. Outlives the
/// loops' connections: what one of them publishes while it is destroyed meets mailboxes that are closed.
class Exchange {
 public:
  using Mailbox = connection::Mailbox;
  using Publication = std::shared_ptr<const connection::Publication>;

  void add(std::shared_ptr<Mailbox> mailbox) { mailboxes_.push_back(std::move(mailbox)); }
  /// Does any loop have subscribers, apart from that of `publisher` (which may be null)? Otherwise nothing
  /// need be framed.
  bool has_audience(const Mailbox* publisher) const;
  /// To every loop that has subscribers, except that of `publisher`: no other is woken. `dropped`: the queue
  /// to one of them was full.
  SendVerdict publish(const Mailbox* publisher, const Publication& publication) const;

 private:
  static bool is_audience(const Mailbox& mailbox, const Mailbox* publisher) {
    return &mailbox != publisher && mailbox.has_subscribers();
  }

  std::vector<std::shared_ptr<Mailbox>> mailboxes_;
};

}  // namespace duplex::server
