#include "handshake/permessage_deflate.hpp"

#include <algorithm>
#include <string>

namespace duplex::handshake {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";
constexpr std::string_view server_no_context_takeover = "server_no_context_takeover";
constexpr std::string_view client_no_context_takeover = "client_no_context_takeover";
constexpr std::string_view server_max_window_bits = "server_max_window_bits";
constexpr std::string_view client_max_window_bits = "client_max_window_bits";

constexpr int window_bits_min = 8;
constexpr int window_bits_max = 15;
// Within 2^8 bytes hardly anything repeats, and many an inflater takes them for 2^9: not worth an agreement.
constexpr int own_window_bits_min = 9;

/// One element's parameters, each at most once and with a legal value (RFC 7692 §7.1).
struct Parameters {
  bool server_no_context_takeover = false;
  bool client_no_context_takeover = false;
  std::optional<int> server_max_window_bits;
  bool has_client_max_window_bits = false;  // in an offer it may stand without a value
  std::optional<int> client_max_window_bits;
};

/// 8–15 in decimal without leading zeros (RFC 7692 §7.1.2.1). Compared as text: there are eight of them.
std::optional<int> read_window_bits(const std::optional<std::string>& value) {
  for (int bits = window_bits_min; bits <= window_bits_max; ++bits) {
    if (value == std::to_string(bits)) return bits;
  }
  return {};
}

bool set_flag(bool& flag, const ExtensionParameter& parameter) {
  const bool is_first = !flag;
  flag = true;
  return is_first && !parameter.value;
}

bool set_window_bits(std::optional<int>& bits, const ExtensionParameter& parameter) {
  const bool is_first = !bits;
  bits = read_window_bits(parameter.value);
  return is_first && bits;
}

bool set_client_window_bits(Parameters& parameters, const ExtensionParameter& parameter) {
  const bool is_first = !parameters.has_client_max_window_bits;
  parameters.has_client_max_window_bits = true;
  if (parameter.value) return is_first && set_window_bits(parameters.client_max_window_bits, parameter);
  return is_first;
}

bool set(Parameters& parameters, const ExtensionParameter& parameter) {
  if (parameter.name == server_no_context_takeover)
    return set_flag(parameters.server_no_context_takeover, parameter);
  if (parameter.name == client_no_context_takeover)
    return set_flag(parameters.client_no_context_takeover, parameter);
  if (parameter.name == server_max_window_bits)
    return set_window_bits(parameters.server_max_window_bits, parameter);
  if (parameter.name == client_max_window_bits) return set_client_window_bits(parameters, parameter);
  return false;
}

/// Nothing if one is unknown, repeated, or has a value that it cannot have.
std::optional<Parameters> read_parameters(const Extension& extension) {
  Parameters parameters;
  for (const ExtensionParameter& parameter : extension.parameters) {
    if (!set(parameters, parameter)) return {};
  }
  return parameters;
}

void add_flag(Extension& extension, std::string_view name) {
  extension.parameters.push_back({std::string(name), std::nullopt});
}

void add_window_bits(Extension& extension, std::string_view name, int bits) {
  extension.parameters.push_back({std::string(name), std::to_string(bits)});
}

bool is_possible(int window_bits) {
  return window_bits >= own_window_bits_min && window_bits <= window_bits_max;
}

Error unusable(std::string_view what) {
  return {ErrorKind::peer, "the server's answer to our offer of permessage-deflate " + std::string(what)};
}

}  // namespace

Result<void> check_compression(const CompressionOptions& options) {
  if (is_possible(options.sending_window_bits) && is_possible(options.receiving_window_bits)) return {};
  return Error(ErrorKind::misuse, "compression windows have 9 to 15 bits");
}

std::string_view DeflateExtension::name() const { return extension_name; }

std::optional<Extension> DeflateExtension::accept(const Extension& offer) const {
  const auto offered = read_parameters(offer);
  if (!offered) return {};
  const int offered_bits = offered->server_max_window_bits.value_or(window_bits_max);
  if (offered_bits < own_window_bits_min) return {};

  Extension answer{offer.name, {}};
  if (offered->server_no_context_takeover || options_.sending == CompressionContext::shared) {
    add_flag(answer, server_no_context_takeover);
  }
  // A client that does not take its context over anyway need not be remembered.
  if (offered->client_no_context_takeover || options_.receiving == CompressionContext::shared) {
    add_flag(answer, client_no_context_takeover);
  }
  const int sending_bits = std::min(offered_bits, options_.sending_window_bits);
  if (sending_bits < window_bits_max || offered->server_max_window_bits) {
    add_window_bits(answer, server_max_window_bits, sending_bits);
  }
  const int receiving_bits =
      std::min(offered->client_max_window_bits.value_or(window_bits_max), options_.receiving_window_bits);
  if (offered->has_client_max_window_bits && receiving_bits < window_bits_max) {
    add_window_bits(answer, client_max_window_bits, receiving_bits);
  }
  return answer;
}

AgreedCompression agreed_by_server(const CompressionOptions& options, const Extension& answer) {
  const Parameters agreed = read_parameters(answer).value_or(Parameters());
  AgreedCompression compression;
  compression.sending = {!agreed.server_no_context_takeover,
                         agreed.server_max_window_bits.value_or(window_bits_max)};
  compression.receiving = {!agreed.client_no_context_takeover,
                           agreed.client_max_window_bits.value_or(window_bits_max)};
  compression.threshold_bytes = options.threshold_bytes;
  return compression;
}

AgreedCompression most_of(const CompressionOptions& options) {
  AgreedCompression most;
  most.sending = {options.sending == CompressionContext::dedicated, options.sending_window_bits};
  most.receiving = {options.receiving == CompressionContext::dedicated, options.receiving_window_bits};
  return most;
}

Extension offer_deflate(const CompressionOptions& options) {
  Extension offer{std::string(extension_name), {}};
  if (options.receiving == CompressionContext::shared) add_flag(offer, server_no_context_takeover);
  if (options.sending == CompressionContext::shared) add_flag(offer, client_no_context_takeover);
  const int receiving_bits = options.receiving_window_bits;
  if (receiving_bits < window_bits_max) add_window_bits(offer, server_max_window_bits, receiving_bits);
  // It says that the server may limit our window, and to what we limit it ourselves (RFC 7692 §7.1.2.2).
  if (const int sending_bits = options.sending_window_bits; sending_bits < window_bits_max) {
    add_window_bits(offer, client_max_window_bits, sending_bits);
  } else {
    add_flag(offer, client_max_window_bits);
  }
  return offer;
}

Result<AgreedCompression> agreed_by_client(const CompressionOptions& options, const Extension& offer,
                                           const Extension& answer) {
  const auto agreed = read_parameters(answer);
  if (!agreed) return unusable("is malformed");
  if (agreed->has_client_max_window_bits) {
    const bool was_offered = read_parameters(offer).value_or(Parameters()).has_client_max_window_bits;
    if (!was_offered) return unusable("has client_max_window_bits, which was not offered");
    if (!agreed->client_max_window_bits) return unusable("has client_max_window_bits without a value");
  }
  if (options.receiving == CompressionContext::shared && !agreed->server_no_context_takeover) {
    return unusable("lacks server_no_context_takeover");
  }
  const int receiving_bits = options.receiving_window_bits;
  if (agreed->server_max_window_bits.value_or(window_bits_max) > receiving_bits) {
    return unusable("lacks the server_max_window_bits that was asked for");
  }
  AgreedCompression compression;
  const bool may_take_over = !agreed->client_no_context_takeover;
  compression.sending.context_takeover = may_take_over && options.sending == CompressionContext::dedicated;
  compression.sending.window_bits =
      std::min(agreed->client_max_window_bits.value_or(window_bits_max), options.sending_window_bits);
  compression.receiving.context_takeover = !agreed->server_no_context_takeover;
  compression.receiving.window_bits = agreed->server_max_window_bits.value_or(window_bits_max);
  compression.threshold_bytes = options.threshold_bytes;
  return compression;
}

}  // namespace duplex::handshake
