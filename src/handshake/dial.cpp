#include "handshake/dial.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "handshake/owned_fields.hpp"
#include "http/fields.hpp"
#include "http/response_writer.hpp"

namespace duplex::handshake {
namespace {

Error misuse(std::string text) { return {ErrorKind::misuse, std::move(text)}; }
Error violation(std::string text) { return {ErrorKind::peer, std::move(text)}; }

Result<void> check_subprotocols(const std::vector<std::string>& subprotocols) {
  std::set<std::string_view> seen;
  for (const std::string& subprotocol : subprotocols) {
    if (!http::is_token(subprotocol)) return misuse("the subprotocol '" + subprotocol + "' is not a token");
    if (!seen.insert(subprotocol).second)
      return misuse("the subprotocol '" + subprotocol + "' is offered twice");
  }
  return {};
}

Result<void> check_extensions(const Extensions& extensions) {
  if (extensions.empty()) return {};
  const HeaderFields fields{{"Sec-WebSocket-Extensions", format_extensions(extensions)}};
  if (parse_extensions(fields) != extensions) return misuse("an extension offer is not made of tokens");
  return {};
}

Result<void> check_options(const DialRequestOptions& options) {
  if (Result<void> check = check_subprotocols(options.subprotocols); !check) return check;
  if (Result<void> check = check_extensions(options.extensions); !check) return check;
  if (!http::is_field_value(options.origin)) return misuse("the origin holds a control character");
  return check_application_fields(options.headers);
}

std::string join(const std::vector<std::string>& texts) {
  std::string joined;
  for (const std::string& text : texts) joined += (joined.empty() ? "" : ", ") + text;
  return joined;
}

HeaderFields request_fields(const Url& url, const DialRequestOptions& options, const Key& key) {
  HeaderFields fields{{"Host", url.host_field()},
                      {"Upgrade", "websocket"},
                      {"Connection", "Upgrade"},
                      {"Sec-WebSocket-Key", std::string(text_of(key))},
                      {"Sec-WebSocket-Version", "13"}};
  if (!options.subprotocols.empty()) fields.add("Sec-WebSocket-Protocol", join(options.subprotocols));
  if (!options.extensions.empty())
    fields.add("Sec-WebSocket-Extensions", format_extensions(options.extensions));
  if (!options.origin.empty()) fields.add("Origin", options.origin);
  for (const HeaderField& field : options.headers) fields.add(field.name, field.value);
  return fields;
}

/// What a server that refuses our version says it speaks (RFC 6455 §4.4), for the reader of the error.
std::string spoken_versions(const Response& response) {
  const auto versions = http::token_list(response.headers, "Sec-WebSocket-Version");
  if (!versions || versions->empty()) return {};
  return " (it speaks WebSocket version " + join({versions->begin(), versions->end()}) + ")";
}

Result<void> check_switch(const Response& response) {
  if (response.status != 101) {
    const std::string_view phrase = reason_phrase(response.status);
    return violation("the server answered " + std::to_string(response.status) + (phrase.empty() ? "" : " ") +
                     std::string(phrase) + " instead of switching protocols" + spoken_versions(response));
  }
  const auto upgrade = http::token_list(response.headers, "Upgrade");
  if (!upgrade || upgrade->size() != 1 || !http::equal_ignoring_case(upgrade->front(), "websocket"))
    return violation("the server's Upgrade field is not 'websocket'");
  if (!response.headers.has_token("Connection", "upgrade"))
    return violation("the server's Connection field does not list 'Upgrade'");
  return {};
}

Result<void> check_accept_value(const Response& response, const Key& key) {
  const AcceptValue expected = accept_value(text_of(key));
  if (response.headers.count("Sec-WebSocket-Accept") == 1 &&
      response.headers.find("Sec-WebSocket-Accept") == text_of(expected))
    return {};
  return violation("the server's Sec-WebSocket-Accept field does not match our key");
}

Result<std::string> read_subprotocol(const Response& response, const DialRequestOptions& options,
                                     MissingSubprotocol missing) {
  const std::size_t count = response.headers.count("Sec-WebSocket-Protocol");
  if (count > 1) return violation("the server sent more than one Sec-WebSocket-Protocol field");
  if (count == 0) {
    if (options.subprotocols.empty() || missing == MissingSubprotocol::accept) return std::string{};
    return violation("the server chose none of the subprotocols: " + join(options.subprotocols));
  }
  std::string chosen(*response.headers.find("Sec-WebSocket-Protocol"));
  const auto& offered = options.subprotocols;
  if (std::find(offered.begin(), offered.end(), chosen) == offered.end())
    return violation("the server chose a subprotocol that was not offered");
  return chosen;
}

bool has_name(Extensions::const_iterator begin, Extensions::const_iterator end, std::string_view name) {
  return std::any_of(begin, end, [&](const Extension& extension) { return extension.name == name; });
}

Result<Extensions> read_extensions(const Response& response, const DialRequestOptions& options) {
  std::optional<Extensions> agreed = parse_extensions(response.headers);
  if (!agreed) return violation("the server's Sec-WebSocket-Extensions field is malformed");
  for (auto extension = agreed->cbegin(); extension != agreed->cend(); ++extension) {
    if (!has_name(options.extensions.begin(), options.extensions.end(), extension->name))
      return violation("the server chose an extension that was not offered");
    if (has_name(agreed->cbegin(), extension, extension->name))
      return violation("the server chose an extension twice");
  }
  return std::move(*agreed);
}

}  // namespace

Result<void> make_request(const Url& url, const DialRequestOptions& options, const Key& key,
                          ByteBuffer& output) {
  if (Result<void> check = check_options(options); !check) return check;
  output.append(as_bytes("GET " + url.resource_name + " HTTP/1.1\r\n"));
  for (const HeaderField& field : request_fields(url, options, key))
    http::write_field(field.name, field.value, output);
  output.append(as_bytes("\r\n"));
  return {};
}

Result<DialAgreement> check_response(const Response& response, const DialRequestOptions& options,
                                     const Key& key, MissingSubprotocol missing) {
  if (Result<void> check = check_switch(response); !check) return check.error();
  if (Result<void> check = check_accept_value(response, key); !check) return check.error();
  Result<std::string> subprotocol = read_subprotocol(response, options, missing);
  if (!subprotocol) return subprotocol.error();
  Result<Extensions> extensions = read_extensions(response, options);
  if (!extensions) return extensions.error();
  return DialAgreement{std::move(*subprotocol), std::move(*extensions)};
}

}  // namespace duplex::handshake
