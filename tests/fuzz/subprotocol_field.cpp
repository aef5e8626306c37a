// Sec-WebSocket-Protocol, read by a server and chosen from.
//
// The input: a byte that chooses what the server speaks and whether it insists, then the field's lines, with
// a line feed between them.
#include <set>

#include "canary.hpp"
#include "check.hpp"
#include "handshake/accept.hpp"
#include "http/fields.hpp"
#include "input.hpp"

namespace duplex::fuzz {
namespace {

using namespace handshake;  // NOLINT(google-build-using-namespace)

Request request_with(std::string_view lines) {
  Request request;
  request.method = "GET";
  request.authority = "example.com";
  request.headers = {{"Host", "example.com"},
                     {"Upgrade", "websocket"},
                     {"Connection", "Upgrade"},
                     {"Sec-WebSocket-Version", "13"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view value = http::trim_whitespace(lines.substr(0, end));
    if (http::is_field_value(value)) request.headers.add("Sec-WebSocket-Protocol", std::string(value));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return request;
}

// The same list, read the simplest way: split at commas, without whitespace and empty elements.
std::vector<std::string> split(const HeaderFields& fields) {
  std::vector<std::string> elements;
  for (const HeaderField& field : fields) {
    if (field.name != "Sec-WebSocket-Protocol") continue;
    for (std::string_view rest = field.value; !rest.empty();) {
      const std::size_t end = std::min(rest.find(','), rest.size());
      const std::string_view element = http::trim_whitespace(rest.substr(0, end));
      if (!element.empty()) elements.emplace_back(element);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  // A reader that stops after three.
  if (has_planted_bug && elements.size() >= 4) elements.resize(3);
  return elements;
}

std::string join(const std::vector<std::string>& elements) {
  std::string text;
  for (const std::string& element : elements) text += element + "\n";
  return text;
}

void check_offer(const ClientOffer& offer, const Request& request, const AcceptOptions& options) {
  check_equal(join(offer.subprotocols), join(split(request.headers)), "the offer is the client's list");
  const std::set<std::string> different(offer.subprotocols.begin(), offer.subprotocols.end());
  check(different.size() == offer.subprotocols.size(), "no subprotocol is offered twice");
  const auto chosen = choose_subprotocol(offer, options.subprotocols);
  check(options.subprotocol_policy == SubprotocolPolicy::optional || chosen.has_value(),
        "who insists on a subprotocol gets one");
  if (!chosen) return;
  check(different.contains(std::string(*chosen)), "the choice was offered");
  ByteBuffer output;
  const Result<void> written = write_switching_response(offer, {std::string(*chosen), {}, {}}, output);
  check(static_cast<bool>(written), "a choice that was offered can be written");
}

// Is there no reason to refuse but the server's insisting?
bool is_list(const HeaderFields& fields) {
  const std::vector<std::string> elements = split(fields);
  const std::set<std::string> different(elements.begin(), elements.end());
  std::size_t commas = 0;
  for (const HeaderField& field : fields)
    commas += static_cast<std::size_t>(std::count(field.value.begin(), field.value.end(), ','));
  return !elements.empty() && different.size() == elements.size() &&
         commas <= http::empty_list_elements_max &&
         std::all_of(elements.begin(), elements.end(),
                     [](const std::string& element) { return http::is_token(element); });
}

void run(Input input) {
  const unsigned bits = input.byte();
  AcceptOptions options;
  if ((bits & 1) != 0) options.subprotocols = {"chat", "superchat", "a"};
  if ((bits & 2) != 0) options.subprotocol_policy = SubprotocolPolicy::required;
  const Request request = request_with(as_text(input.rest()));
  const auto outcome = check_request(request, options);
  if (const auto* offer = std::get_if<ClientOffer>(&outcome)) return check_offer(*offer, request, options);
  check(std::get<Response>(outcome).status == 400, "a refusal here is a 400");
  const bool insists = options.subprotocol_policy == SubprotocolPolicy::required;
  check(insists || !is_list(request.headers), "a list of different tokens is no reason to refuse");
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
