#include "server/opening.hpp"

#include <array>
#include <exception>
#include <utility>

#include "handshake/permessage_deflate.hpp"

namespace duplex::server {

namespace {

/// The elements for the 101; `protocol` compresses accordingly.
handshake::Extensions negotiate_compression(const handshake::Extensions& offers, CompressionOptions options,
                                            Protocol& protocol, CompressionPool& pool) {
  if (!options.enabled) return {};
  const handshake::DeflateExtension deflate(options);
  const std::array<const handshake::ServerExtension*, 1> supported = {&deflate};
  handshake::Extensions answer = handshake::negotiate(offers, supported);
  if (answer.empty()) return answer;
  AgreedCompression agreed = handshake::agreed_by_server(options, answer.front());
  if (!pool.has_room_for(agreed)) {
    options.sending = options.receiving = CompressionContext::shared;  // which every client has to accept
    answer = handshake::negotiate(offers, supported);
    agreed = handshake::agreed_by_server(options, answer.front());
  }
  protocol.compress(agreed, pool);
  return answer;
}

}  // namespace

std::optional<Response> switch_protocols(const Site& site, const WebSocketRoute& route,
                                         const Request& request, const handshake::ClientOffer& offer,
                                         CompressionPool& compression, connection::Pump::Start& start) {
  Accept decision;
  try {
    if (route.accept) decision = route.accept(request);
  } catch (const std::exception& error) {
    return site.failed(request, error.what());
  } catch (...) {
    return site.failed(request, "not a std::exception");
  }
  if (decision.refusal()) return decision.refusal();

  handshake::SwitchingOptions options;
  if (decision.chosen_subprotocol()) {
    options.subprotocol = *decision.chosen_subprotocol();
  } else {
    options.subprotocol = handshake::choose_subprotocol(offer, route.handshake.subprotocols).value_or("");
  }
  options.headers = decision.headers();
  for (const HeaderField& field : site.standard_headers()) options.headers.add(field.name, field.value);
  options.extensions =
      negotiate_compression(offer.extensions, route.terms->compression, start.protocol, compression);
  const Result<void> written = handshake::write_switching_response(offer, options, start.output);
  if (!written) return site.failed(request, written.error().message);
  start.subprotocol = options.subprotocol;
  start.extensions = handshake::format_extensions(options.extensions);
  start.data = decision.take_data();
  return std::nullopt;
}

}  // namespace duplex::server
