#include "handshake/extensions.hpp"

#include <algorithm>

#include "http/fields.hpp"

namespace duplex::handshake {
namespace {

/// `token` or a quoted-string whose content is a token (RFC 6455 §9.1). Nothing if it is neither.
std::optional<std::string> take_value(http::FieldCursor& cursor) {
  const std::string_view token = cursor.take_token();
  if (!token.empty()) return std::string(token);
  std::optional<std::string> quoted = cursor.take_quoted_string();
  if (quoted && !http::is_token(*quoted)) return std::nullopt;
  return quoted;
}

/// `name [ "=" value ]`. Whitespace may stand around "=": the grammar is that of RFC 2616 §2.1.
std::optional<ExtensionParameter> take_parameter(http::FieldCursor& cursor) {
  cursor.skip_whitespace();
  ExtensionParameter parameter{std::string(cursor.take_token()), std::nullopt};
  if (parameter.name.empty()) return std::nullopt;
  cursor.skip_whitespace();
  if (!cursor.take('=')) return parameter;
  cursor.skip_whitespace();
  parameter.value = take_value(cursor);
  if (!parameter.value) return std::nullopt;
  cursor.skip_whitespace();
  return parameter;
}

/// `name *( ";" parameter )`.
std::optional<Extension> take_extension(http::FieldCursor& cursor) {
  Extension extension{std::string(cursor.take_token()), {}};
  if (extension.name.empty()) return std::nullopt;
  cursor.skip_whitespace();
  while (cursor.take(';')) {
    std::optional<ExtensionParameter> parameter = take_parameter(cursor);
    if (!parameter || extension.parameters.size() == extension_parameters_max) return std::nullopt;
    extension.parameters.push_back(std::move(*parameter));
  }
  return extension;
}

/// Appends one line's elements; false if the line is malformed or beyond the bounds.
bool append_extensions(std::string_view line, std::size_t& empty_elements, Extensions& extensions) {
  http::FieldCursor cursor(line);
  for (cursor.skip_whitespace(); !cursor.at_end(); cursor.skip_whitespace()) {
    if (cursor.take(',')) {
      if (++empty_elements > http::empty_list_elements_max) return false;
      continue;
    }
    std::optional<Extension> extension = take_extension(cursor);
    if (!extension || extensions.size() == extensions_max) return false;
    extensions.push_back(std::move(*extension));
    if (!cursor.at_end() && !cursor.take(',')) return false;
  }
  return true;
}

bool has_name(const Extensions& extensions, std::string_view name) {
  return std::any_of(extensions.begin(), extensions.end(),
                     [&](const Extension& extension) { return extension.name == name; });
}

}  // namespace

std::optional<Extensions> parse_extensions(const HeaderFields& fields) {
  Extensions extensions;
  std::size_t empty_elements = 0;
  bool is_present = false;
  for (const HeaderField& field : fields) {
    if (!http::equal_ignoring_case(field.name, "Sec-WebSocket-Extensions")) continue;
    is_present = true;
    if (!append_extensions(field.value, empty_elements, extensions)) return std::nullopt;
  }
  if (is_present && extensions.empty()) return std::nullopt;  // the list has at least one element
  return extensions;
}

std::string format_extensions(const Extensions& extensions) {
  std::string text;
  for (const Extension& extension : extensions) {
    if (!text.empty()) text += ", ";
    text += extension.name;
    for (const ExtensionParameter& parameter : extension.parameters) {
      text += "; " + parameter.name;
      if (parameter.value) text += "=" + *parameter.value;
    }
  }
  return text;
}

Extensions negotiate(const Extensions& offers, std::span<const ServerExtension* const> supported) {
  Extensions agreed;
  for (const Extension& offer : offers) {
    if (has_name(agreed, offer.name)) continue;
    const auto known =
        std::find_if(supported.begin(), supported.end(),
                     [&](const ServerExtension* extension) { return extension->name() == offer.name; });
    if (known == supported.end()) continue;
    if (std::optional<Extension> answer = (*known)->accept(offer)) agreed.push_back(std::move(*answer));
  }
  return agreed;
}

}  // namespace duplex::handshake
