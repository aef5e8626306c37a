#include <duplex/connection.hpp>

#include "connection/mailbox.hpp"

namespace duplex {

SendVerdict Handle::send(MessageType type, ConstBytes payload) const {
  return mailbox_ ? mailbox_->send(id_, type, payload) : SendVerdict::closed;
}

SendVerdict Handle::send(std::string_view text) const { return send(MessageType::text, as_bytes(text)); }

SendVerdict Handle::send_binary(ConstBytes payload) const { return send(MessageType::binary, payload); }

SendVerdict Handle::close(CloseCode code, std::string_view reason) const {
  return mailbox_ ? mailbox_->close(id_, code, reason) : SendVerdict::closed;
}

}  // namespace duplex
