// A client and a server that talk to each other: what goes in on one side comes out on the other, in order
// and once, however the wire cuts it, and the closing handshake ends clean on both.
//
// The input is a script: fragment sizes, segments of both directions, compression (see read_compression),
// then steps of a byte (bit 0 says which side, the others which step, see Script::step) and what the step
// needs.
#include "canary.hpp"
#include "check.hpp"
#include "endpoint.hpp"
#include "protocol/testing.hpp"

namespace duplex::fuzz {
namespace {

constexpr int steps_max = 100;
constexpr std::size_t sent_bytes_max = 70'000;  // in all, so that no input takes long

class Script {
 public:
  explicit Script(Input input)
      : input_(input),
        client_(Protocol::client(read_limits(), entropy_)),
        server_(Protocol::server(read_limits())),
        to_server_(Segments::read(input_)),
        to_client_(Segments::read(input_)) {
    read_compression();
  }

  void run() {
    for (int steps = 0; steps < steps_max && !input_.empty(); ++steps) step();
    finish();
  }

 private:
  Limits read_limits() {
    static constexpr std::size_t fragment_bytes[] = {0, 7, 125, 126, 5'000, 1};
    Limits limits;
    limits.send_fragment_bytes = input_.one_of(fragment_bytes);
    return limits;
  }

  void read_compression();
  void step();
  std::string_view short_text();
  std::string_view long_payload();
  void send_pieces(Endpoint& from, bool is_last);
  void close(Endpoint& from);
  void deliver(Endpoint& from, std::size_t bytes_max);
  void deliver_all();
  void finish();
  void check_end(const Endpoint& endpoint, TransportIntent intent) const;

  Input input_;
  CompressionPool pool_;
  protocol_testing::SeededEntropy entropy_{1};
  Endpoint client_;
  Endpoint server_;
  Segments to_server_;
  Segments to_client_;
  Lending lending_ = Lending::until_consumed;
  std::string payload_;
  std::size_t sent_bytes_ = 0;
};

// A byte that is 0 for none; else bits 1 and 2 say who takes its context over, and 3 to 5 and 6 to 7 how much
// smaller the windows of the client and of the server are.
void Script::read_compression() {
  const unsigned bits = input_.byte();
  if (bits == 0) return;
  AgreedCompression agreed;
  agreed.sending = {(bits & 2) != 0, 15 - static_cast<int>(bits / 8 % 7)};
  agreed.receiving = {(bits & 4) != 0, 15 - static_cast<int>(bits / 64) * 2};
  agreed.threshold_bytes = (bits & 1) != 0 ? 0 : 100;
  client_.compress(agreed, pool_);
  std::swap(agreed.sending, agreed.receiving);
  server_.compress(agreed, pool_);
}

void Script::step() {
  const unsigned choice = input_.byte();
  Endpoint& from = (choice & 1) == 0 ? client_ : server_;
  switch (choice / 2 % 18) {
    case 0:
      return from.send(MessageType::text, as_text(input_.bytes()));
    case 1:
      return from.send(MessageType::binary, as_text(input_.bytes()));
    case 2:
      return from.send(MessageType::text, short_text());
    case 3:
      return from.send(MessageType::binary, long_payload());
    case 4:
      return send_pieces(from, false);
    case 5:
      return send_pieces(from, true);
    case 6:
      return from.send_ping(as_text(input_.bytes()));
    case 7:
      return from.send_pong(as_text(input_.bytes()));
    case 8:
      return deliver(from, 1 + input_.byte());
    case 9:
      return deliver(from, from.output_bytes());
    case 10:
      return from.set_delivery(Protocol::Delivery::pieces);
    case 11:
      return from.set_delivery(Protocol::Delivery::whole);
    case 12:
      return from.hold_pongs();
    case 13:
      return from.release_pongs();
    case 14:
      return from.send_plain(MessageType::binary, long_payload());
    case 15:
      lending_ =
          lending_ == Lending::until_consumed ? Lending::take_back_after_each_event : Lending::until_consumed;
      return;
    case 16:
      return server_.broadcast(MessageType::binary, long_payload(), pool_);
    default:
      return close(from);
  }
}

// Characters of one to four bytes.
std::string_view Script::short_text() {
  static constexpr std::string_view words[] = {"a", "duplex ", "\xC3\xA9", "\xE2\x82\xAC",
                                               "\xF0\x9F\x98\x80"};
  payload_.clear();
  for (unsigned left = input_.byte(); left > 0; --left) payload_ += words[(left * left / 3) % 5];
  return payload_;
}

// Sizes around those where frames change their form.
std::string_view Script::long_payload() {
  static constexpr std::size_t sizes[] = {0, 120, 250, 400, 1'000, 1'500, 4'000, 65'300};
  const std::size_t size = input_.one_of(sizes) + input_.byte();
  const char pattern = static_cast<char>(input_.byte());
  payload_.clear();
  if (sent_bytes_ + size > sent_bytes_max) return payload_;
  sent_bytes_ += size;
  while (payload_.size() < size) payload_ += pattern + std::to_string(payload_.size() % 1'000);
  payload_.resize(size);
  return payload_;
}

void Script::send_pieces(Endpoint& from, bool is_last) {
  const unsigned choice = input_.byte();
  const MessageType type = (choice & 1) == 0 ? MessageType::text : MessageType::binary;
  from.send_piece(type, (choice & 2) == 0 ? as_text(input_.bytes()) : long_payload(), is_last);
}

void Script::close(Endpoint& from) {
  static constexpr CloseCode codes[] = {
      CloseCode::normal, CloseCode::going_away, CloseCode::no_status,          CloseCode::abnormal,
      CloseCode{4999},   CloseCode{999},        CloseCode::mandatory_extension};
  const CloseCode code = input_.one_of(codes);
  const ConstBytes reason = input_.bytes();
  from.close(code, as_text(reason.first(std::min<std::size_t>(reason.size(), 123))));
}

void Script::deliver(Endpoint& from, std::size_t bytes_max) {
  const bool is_client = &from == &client_;
  Endpoint& to = is_client ? server_ : client_;
  to.receive(from.take_output(bytes_max), is_client ? to_server_ : to_client_, lending_);
}

void Script::deliver_all() {
  while (client_.output_bytes() + server_.output_bytes() > 0) {
    deliver(client_, client_.output_bytes());
    deliver(server_, server_.output_bytes());
  }
}

void Script::finish() {
  deliver_all();
  client_.release_pongs();
  server_.release_pongs();
  deliver_all();
  if (client_.is_open() && server_.is_open()) client_.close(CloseCode::normal, "done");
  deliver_all();
  check_equal(server_.heard(), client_.said(), "the server hears what the client said");
  check_equal(client_.heard(), server_.said(), "the client hears what the server said");
  check_end(client_, TransportIntent::await_peer);
  check_end(server_, TransportIntent::end_writing);
  client_.receive_eof();
  check_end(client_, TransportIntent::end_writing);
}

void Script::check_end(const Endpoint& endpoint, TransportIntent intent) const {
  const Protocol& protocol = endpoint.protocol();
  check(endpoint.has_ended(), "the closing handshake ends");
  check(protocol.close_status().clean, "both Closes make a clean end");
  check(protocol.intent() == intent, "the server ends the transport first");
  check(!protocol.has_input() && !protocol.is_inside_message(), "nothing is left over");
}

}  // namespace
}  // namespace duplex::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  duplex::fuzz::Script({data, size}).run();
  return 0;
}
