// Closing: the codes of RFC 6455 §7.4 and what an application learns when a connection has ended.
#pragma once

#include <cstdint>
#include <string>

namespace duplex {

/// A close status code (RFC 6455 §7.4.1 and the IANA registry). Codes of your own are CloseCode{4000} to
/// CloseCode{4999}; 3000 to 3999 are for registered frameworks.
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported_data = 1003,
  no_status = 1005,  ///< local only, never on the wire: the peer's Close had no code
  abnormal = 1006,   ///< local only, never on the wire: the connection ended without a Close
  invalid_payload = 1007,
  policy_violation = 1008,
  message_too_big = 1009,
  mandatory_extension = 1010,  ///< sent by clients only
  internal_error = 1011,
  service_restart = 1012,
  try_again_later = 1013,
  bad_gateway = 1014,
  tls_failure = 1015,  ///< local only, never on the wire
};

/// May an application send this code? (RFC 6455 §7.4; 1010 is checked against the role by the protocol.)
bool is_sendable(CloseCode code);
/// Is this code legal in a received Close frame? (RFC 6455 §7.4.1, §7.4.2)
bool is_legal_on_wire(CloseCode code);

/// Why the connection ended, seen from here. The code of the peer and the local cause are different things.
enum class CloseCause {
  peer_closed,        ///< the peer started the closing handshake
  local_close,        ///< close() was called here
  protocol_failure,   ///< the peer broke a rule and was failed; `detail` says which
  transport_lost,     ///< end of stream or reset without a Close
  timeout,            ///< a deadline passed; `detail` names it
  slow_consumer,      ///< the peer did not read fast enough and the overflow policy is `close`
  server_shutdown,    ///< the server drains
  application_error,  ///< a session or handler threw
};

/// The end of a connection as the application sees it.
struct CloseStatus {
  /// The code of the first Close received; 1005 when it had none, 1006 when none came (RFC 6455 §7.1.5).
  CloseCode code = CloseCode::abnormal;
  /// The text of the first Close received (RFC 6455 §7.1.6). Comes from the peer: never show it unescaped.
  std::string reason;
  /// Both Close frames were exchanged before the transport ended (RFC 6455 §7.1.4).
  bool clean = false;
  CloseCause cause = CloseCause::transport_lost;
  /// For the log: what happened here, in words.
  std::string detail;
};

}  // namespace duplex
