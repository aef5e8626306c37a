// Sec-WebSocket-Extensions: its grammar and the server's choice (RFC 6455 §9.1).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <duplex/http.hpp>

namespace duplex::handshake {

/// Elements of one list; browsers send one.
inline constexpr std::size_t extensions_max = 16;
/// Parameters of one element; permessage-deflate knows four.
inline constexpr std::size_t extension_parameters_max = 16;

struct ExtensionParameter {
  std::string name;
  std::optional<std::string> value;  ///< a token; quoted and bare forms mean the same
  bool operator==(const ExtensionParameter&) const = default;
};

/// One element of the list: an offer in a request, an agreement in a response.
struct Extension {
  std::string name;
  std::vector<ExtensionParameter> parameters;
  bool operator==(const Extension&) const = default;
};
using Extensions = std::vector<Extension>;

/// All lines of the field as one list; empty without the field. Nothing if it is malformed or beyond the
/// bounds.
std::optional<Extensions> parse_extensions(const HeaderFields& fields);

/// As it stands in the field, in the least surprising form: no optional whitespace but after `;` and `,`.
std::string format_extensions(const Extensions& extensions);

/// An extension that this server can speak.
class ServerExtension {
 public:
  virtual ~ServerExtension() = default;
  virtual std::string_view name() const = 0;
  /// The answer to one offer of that name; nothing declines it.
  virtual std::optional<Extension> accept(const Extension& offer) const = 0;
};

/// What the server agrees to, in the order of the client's preference and each name once. Offers of unknown
/// names are not accepted, and that is no error.
Extensions negotiate(const Extensions& offers, std::span<const ServerExtension* const> supported);

}  // namespace duplex::handshake
