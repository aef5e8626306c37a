// Sec-WebSocket-Extensions: what is read, written again and read again is the same; and the server's choice
// is one of what was offered.
//
// The input: the field's lines, with a line feed between them.
#include "canary.hpp"
#include "check.hpp"
#include "handshake/extensions.hpp"
#include "http/fields.hpp"
#include "input.hpp"

namespace duplex::fuzz {
namespace {

using namespace handshake;  // NOLINT(google-build-using-namespace)

constexpr std::string_view field_name = "Sec-WebSocket-Extensions";

HeaderFields fields_of(std::string_view lines) {
  HeaderFields fields{{"Host", "example.com"}};
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view value = http::trim_whitespace(lines.substr(0, end));
    // The reader of requests lets nothing else through.
    if (http::is_field_value(value)) fields.add("sec-websocket-EXTENSIONS", std::string(value));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return fields;
}

/// Accepts every other offer, without its parameters.
class Chooser final : public ServerExtension {
 public:
  std::string_view name() const override { return "permessage-deflate"; }
  std::optional<Extension> accept(const Extension& offer) const override {
    if (offer.parameters.size() % 2 == 1) return std::nullopt;
    return Extension{offer.name, {}};
  }
};

void check_bounds(const Extensions& extensions) {
  check(!extensions.empty() && extensions.size() <= extensions_max,
        "there are one to extensions_max elements");
  for (const Extension& extension : extensions) {
    check(http::is_token(extension.name), "names are tokens", extension.name);
    check(extension.parameters.size() <= extension_parameters_max, "extension_parameters_max holds");
    for (const ExtensionParameter& parameter : extension.parameters) {
      check(http::is_token(parameter.name), "names of parameters are tokens", parameter.name);
      check(!parameter.value || http::is_token(*parameter.value), "values of parameters are tokens");
    }
  }
}

void check_round_trip(const Extensions& extensions) {
  std::string text = format_extensions(extensions);
  // A writer that forgets the end of a long list.
  if (has_planted_bug && extensions.size() >= 4) text.pop_back();
  const std::optional<Extensions> again = parse_extensions({{std::string(field_name), text}});
  check(again.has_value(), "what is written can be read", text);
  check_equal(format_extensions(*again), format_extensions(extensions),
              "what is written is read as the same");
  check(*again == extensions, "what is written is read as the same", text);
}

void check_choice(const Extensions& offers) {
  const Chooser chooser;
  const ServerExtension* const supported[] = {&chooser};
  const Extensions agreed = negotiate(offers, supported);
  check(agreed.size() <= 1, "each extension is agreed once");
  for (const Extension& extension : agreed) {
    const bool was_offered = std::any_of(
        offers.begin(), offers.end(), [&](const Extension& offer) { return offer.name == extension.name; });
    check(was_offered, "nothing is agreed that was not offered");
  }
}

void run(Input input) {
  const HeaderFields fields = fields_of(as_text(input.rest()));
  const std::optional<Extensions> extensions = parse_extensions(fields);
  if (!extensions) return;
  if (fields.count(field_name) == 0) return check(extensions->empty(), "no field, no extensions");
  check_bounds(*extensions);
  check_round_trip(*extensions);
  check_choice(*extensions);
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
