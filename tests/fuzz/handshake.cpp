// A whole opening handshake: any request into our server; the 101 that it writes has to please our client.
// And the other way round: what our client writes, our server accepts.
//
// The input: a byte of settings (see run), then the request.
#include "canary.hpp"
#include "check.hpp"
#include "handshake/accept.hpp"
#include "handshake/dial.hpp"
#include "http/fields.hpp"
#include "http/request_reader.hpp"
#include "http/response_reader.hpp"
#include "http/response_writer.hpp"
#include "input.hpp"
#include "protocol/testing.hpp"

namespace duplex::fuzz {
namespace {

using namespace handshake;  // NOLINT(google-build-using-namespace)
using http::RequestReader;
using http::ResponseReader;

std::optional<Request> read_request(std::string_view text) {
  const Limits limits;
  RequestReader reader(limits, http::Security::plain);
  reader.receive(as_bytes(text));
  const bool has_head = reader.state() == RequestReader::State::complete ||
                        reader.state() == RequestReader::State::head_complete;
  if (!has_head) return std::nullopt;
  return reader.request();
}

Response read_response(const ByteBuffer& output) {
  const Limits limits;
  ResponseReader reader(limits);
  const std::size_t taken = reader.receive(output.bytes());
  check(reader.state() == ResponseReader::State::complete, "an answer is one response", reader.text());
  check(taken == output.size(), "nothing stands behind an answer");
  return reader.take_response();
}

Key key_of(const Request& request) {
  Key key{};
  const std::string_view text = *request.headers.find("Sec-WebSocket-Key");
  check(text.size() == key.size(), "an accepted key has 24 characters");
  std::copy(text.begin(), text.end(), key.begin());
  return key;
}

SwitchingOptions choose(const ClientOffer& offer, const AcceptOptions& options) {
  SwitchingOptions switching;
  switching.subprotocol = choose_subprotocol(offer, options.subprotocols).value_or("");
  if (!offer.extensions.empty()) switching.extensions = {offer.extensions.back()};
  switching.headers = {{"Set-Cookie", "a=b"}};
  return switching;
}

// What the server writes, a client that offered the same accepts.
void check_accepted(const Request& request, const ClientOffer& offer, const AcceptOptions& options) {
  const SwitchingOptions switching = choose(offer, options);
  ByteBuffer output;
  check(static_cast<bool>(write_switching_response(offer, switching, output)),
        "what was offered can be written");
  const Response response = read_response(output);
  DialRequestOptions asked;
  asked.subprotocols = offer.subprotocols;
  asked.extensions = offer.extensions;
  // A client that forgets what it offered third.
  if (has_planted_bug && asked.subprotocols.size() > 2) asked.subprotocols.resize(2);
  const auto agreement = check_response(response, asked, key_of(request));
  check(static_cast<bool>(agreement), "our client accepts what our server answers",
        agreement ? "" : agreement.error().message);
  check_equal(agreement->subprotocol, switching.subprotocol, "both agree on the subprotocol");
  check(agreement->extensions == switching.extensions, "both agree on the extensions");
}

// The client asks for the same in its own words, and the server makes the same of it.
void check_asked_again(const ClientOffer& offer, const AcceptOptions& options) {
  protocol_testing::SeededEntropy entropy(1);
  const Key key = make_key(entropy);
  DialRequestOptions asked;
  asked.subprotocols = offer.subprotocols;
  asked.extensions = offer.extensions;
  ByteBuffer output;
  const auto url = parse_url("ws://example.com/chat");
  check(static_cast<bool>(make_request(*url, asked, key, output)),
        "what a server accepts a client can ask for");
  const std::optional<Request> request = read_request(as_text(std::as_const(output).bytes()));
  check(request.has_value(), "what our client writes our server reads");
  const auto outcome = check_request(*request, options);
  const auto* again = std::get_if<ClientOffer>(&outcome);
  check(again != nullptr, "what our client writes our server accepts");
  check(again->subprotocols == offer.subprotocols && again->extensions == offer.extensions,
        "the offer is the same in our client's words");
}

void check_refusal(const Response& refusal) {
  check(refusal.status >= 400 && refusal.status <= 499, "a refusal is the client's fault");
  ByteBuffer output;
  http::write_response(refusal, {}, output);
  check(read_response(output).status == refusal.status, "a refusal can be read");
}

void run(Input input) {
  const unsigned bits = input.byte();
  AcceptOptions options;
  if ((bits & 1) != 0) options.subprotocols = {"chat", "superchat", "a"};
  if ((bits & 2) != 0) options.subprotocol_policy = SubprotocolPolicy::required;
  if ((bits & 4) != 0) options.allowed_origins = {"*"};
  const std::optional<Request> request = read_request(as_text(input.rest()));
  if (!request) return;
  const auto outcome = check_request(*request, options);
  if (const auto* refusal = std::get_if<Response>(&outcome)) return check_refusal(*refusal);
  check(asks_for_websocket(*request) && request->method == "GET", "only a GET that asks for it is accepted");
  const auto& offer = std::get<ClientOffer>(outcome);
  check_accepted(*request, offer, options);
  check_asked_again(offer, options);
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::run({data, size});
  return 0;
}
