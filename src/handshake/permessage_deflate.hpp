// The negotiation of permessage-deflate (RFC 7692 §5, §7.1), both roles.
#pragma once

#include <optional>

#include <duplex/compression.hpp>
#include <duplex/errors.hpp>

#include "handshake/extensions.hpp"

namespace duplex::handshake {

/// Are the windows such that there are? An error is the caller's.
Result<void> check_compression(const CompressionOptions& options);

/// The server's side: what it answers to an offer. Every offer that the RFC allows is accepted, except a
/// server window of 2^8 bytes, which is not worth it (RFC 7692 §7.1.2.1 leaves the choice).
class DeflateExtension final : public ServerExtension {
 public:
  explicit DeflateExtension(const CompressionOptions& options) : options_(options) {}

  std::string_view name() const override;
  std::optional<Extension> accept(const Extension& offer) const override;

 private:
  const CompressionOptions& options_;
};

/// What `answer`, an element that DeflateExtension made, means for the server.
AgreedCompression agreed_by_server(const CompressionOptions& options, const Extension& answer);

/// The most that a client with these options can come to hold.
AgreedCompression most_of(const CompressionOptions& options);

/// The client's offer.
Extension offer_deflate(const CompressionOptions& options);

/// Checks the server's answer to an offer that offer_deflate() made, and says what it means for the client.
/// An error is the peer's: a client that cannot live with the answer fails the connection (RFC 7692 §5.1,
/// §7).
Result<AgreedCompression> agreed_by_client(const CompressionOptions& options, const Extension& offer,
                                           const Extension& answer);

}  // namespace duplex::handshake
