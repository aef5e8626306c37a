// A client over the public headers alone: does on one connection what its arguments say, and prints what it
// sees as one JSON object per line.
#include <cstddef>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <duplex/client.hpp>
#include <nlohmann/json.hpp>

namespace {

using duplex::Connection;
using duplex::Message;
using duplex::MessageType;
using duplex::Task;
using Event = nlohmann::ordered_json;

/// Longer messages are told by their size; whoever wants to see their content has them echoed.
constexpr std::size_t shown_bytes_max = 200;

/// At once, as the suites wait for lines.
void print(const Event& event) { std::cout << event.dump() << std::endl; }

const char* name_of(MessageType type) { return type == MessageType::text ? "text" : "binary"; }

const char* name_of(duplex::ErrorKind kind) {
  switch (kind) {
    case duplex::ErrorKind::misuse:
      return "misuse";
    case duplex::ErrorKind::peer:
      return "peer";
    case duplex::ErrorKind::environment:
      break;
  }
  return "environment";
}

const char* name_of(duplex::SendVerdict verdict) {
  switch (verdict) {
    case duplex::SendVerdict::sent:
      return "sent";
    case duplex::SendVerdict::queued:
      return "queued";
    case duplex::SendVerdict::dropped:
      return "dropped";
    case duplex::SendVerdict::closed:
      return "closed";
    case duplex::SendVerdict::invalid:
      break;
  }
  return "invalid";
}

const char* name_of(duplex::CloseCause cause) {
  switch (cause) {
    case duplex::CloseCause::peer_closed:
      return "peer_closed";
    case duplex::CloseCause::local_close:
      return "local_close";
    case duplex::CloseCause::protocol_failure:
      return "protocol_failure";
    case duplex::CloseCause::transport_lost:
      return "transport_lost";
    case duplex::CloseCause::timeout:
      return "timeout";
    case duplex::CloseCause::slow_consumer:
      return "slow_consumer";
    case duplex::CloseCause::server_shutdown:
      return "server_shutdown";
    case duplex::CloseCause::application_error:
      break;
  }
  return "application_error";
}

MessageType type_of(std::string_view kind) {
  return kind == "text" ? MessageType::text : MessageType::binary;
}

/// Of one to four bytes each; what is left is ASCII.
std::string make_text(std::size_t bytes) {
  constexpr std::string_view characters = "aé€😀";
  std::string text;
  while (text.size() + characters.size() <= bytes) text += characters;
  return text.append(bytes - text.size(), 'x');
}

/// text; binary, which compresses well; noise, which does not.
std::string make_payload(std::string_view kind, std::size_t bytes) {
  if (kind == "text") return make_text(bytes);
  // A prime period, so that bytes that are lost or swapped by any power of two show.
  constexpr std::size_t period = 251;
  std::mt19937 generator;
  std::string payload(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) {
    payload[i] = static_cast<char>(kind == "noise" ? generator() >> 24U : i % period);
  }
  return payload;
}

void print_message(const Message& message) {
  Event event = {
      {"event", "message"}, {"type", name_of(message.type())}, {"bytes", message.payload().size()}};
  if (message.is_text() && message.payload().size() <= shown_bytes_max) event["text"] = message.text();
  print(event);
}

void print_close(const duplex::CloseStatus& status) {
  print({{"event", "closed"},
         {"code", static_cast<unsigned>(status.code)},
         {"reason", status.reason},
         {"clean", status.clean},
         {"cause", name_of(status.cause)},
         {"detail", status.detail}});
}

void print_failure(const duplex::DialFailure& failure) {
  Event event = {
      {"event", "failed"}, {"kind", name_of(failure.error.kind)}, {"message", failure.error.message}};
  if (failure.response) {
    event["status"] = failure.response->status;
    event["body"] = failure.response->body;
    for (const auto& field : failure.response->headers) event["headers"].push_back({field.name, field.value});
  }
  print(event);
}

/// One step of a script: "VERB", "VERB:WHAT" or "VERB:WHAT:MORE".
struct Action {
  std::string verb;
  std::string what;
  std::string more;
};

Action parse_action(const std::string& text) {
  const std::size_t first = text.find(':');
  if (first == std::string::npos) return {text, "", ""};
  const std::size_t second = text.find(':', first + 1);
  if (second == std::string::npos) return {text.substr(0, first), text.substr(first + 1), ""};
  return {text.substr(0, first), text.substr(first + 1, second - first - 1), text.substr(second + 1)};
}

/// Runs its actions one after the other, then listens until the connection ends.
class Script {
 public:
  explicit Script(const std::vector<std::string>& actions) {
    for (const std::string& text : actions) actions_.push_back(parse_action(text));
  }

  Task run(Connection& peer) {
    print({{"event", "open"}, {"subprotocol", peer.subprotocol()}});
    for (const Action& action : actions_) co_await perform(peer, action);
    while (const auto message = co_await peer.receive()) print_message(*message);
    print_close(peer.close_status());
  }

 private:
  static Task perform(Connection& peer, const Action& action) {
    if (action.verb == "echo") {
      co_await echo(peer, action.what, std::stoul(action.more));
    } else if (action.verb == "fragments") {
      co_await echo_fragments(peer, action.what, std::stoul(action.more));
    } else if (action.verb == "burst") {
      co_await burst(peer, std::stoul(action.what));
    } else if (action.verb == "say") {
      print_verdict(action, co_await peer.send(action.what));
    } else if (action.verb == "hear") {
      co_await hear(peer, std::stoul(action.what));
    } else if (action.verb == "ping") {
      print_verdict(action, peer.ping(duplex::as_bytes(action.what)));
    } else if (action.verb == "close") {
      print_verdict(action, peer.close(duplex::CloseCode{static_cast<std::uint16_t>(std::stoul(action.what))},
                                       action.more));
    } else {
      print({{"event", "misuse"}, {"verb", action.verb}});
    }
  }

  static void print_verdict(const Action& action, duplex::SendVerdict verdict) {
    print({{"event", action.verb}, {"verdict", name_of(verdict)}});
  }

  /// echo:KIND:BYTES sends a message and waits for the same to come back.
  static Task echo(Connection& peer, const std::string& kind, std::size_t bytes) {
    const std::string payload = make_payload(kind, bytes);
    co_await peer.send(type_of(kind), duplex::as_bytes(payload));
    co_await expect(peer, kind, payload);
  }

  /// fragments:KIND:BYTES does the same with a message in three pieces.
  static Task echo_fragments(Connection& peer, const std::string& kind, std::size_t bytes) {
    const std::string payload = make_payload(kind, bytes);
    const auto all = duplex::as_bytes(payload);
    const std::size_t third = bytes / 3;
    co_await peer.send_chunk({type_of(kind), all.first(third), true, false});
    co_await peer.send_chunk({type_of(kind), all.subspan(third, third), false, false});
    co_await peer.send_chunk({type_of(kind), all.subspan(2 * third), false, true});
    co_await expect(peer, kind, payload);
  }

  static Task expect(Connection& peer, const std::string& kind, const std::string& payload) {
    const auto answer = co_await peer.receive();
    const bool is_same =
        answer && answer->type() == type_of(kind) && duplex::as_text(answer->payload()) == payload;
    print({{"event", "echo"}, {"type", kind}, {"bytes", payload.size()}, {"same", is_same}});
  }

  /// burst:COUNT sends that many messages before it listens for the first to come back.
  static Task burst(Connection& peer, std::size_t count) {
    const auto text_of = [](std::size_t number) { return "message " + std::to_string(number); };
    for (std::size_t sent = 0; sent < count; ++sent) co_await peer.send(text_of(sent));
    bool is_same = true;
    for (std::size_t heard = 0; heard < count; ++heard) {
      const auto message = co_await peer.receive();
      if (!message) co_return;
      is_same = is_same && message->is_text() && message->text() == text_of(heard);
    }
    print({{"event", "echo"}, {"count", count}, {"same", is_same}});
  }

  /// hear:COUNT waits for that many messages.
  static Task hear(Connection& peer, std::size_t count) {
    for (std::size_t heard = 0; heard < count; ++heard) {
      const auto message = co_await peer.receive();
      if (!message) co_return;
      print_message(*message);
    }
  }

  std::vector<Action> actions_;
};

struct Arguments {
  std::string url;
  std::vector<std::string> actions;
  std::vector<std::string> headers;
  std::string deflate;  ///< a variant; empty for no offer
  std::size_t handshake_timeout_ms = 10'000;
  duplex::DialOptions dial;
};

void describe(CLI::App& command_line, Arguments& arguments) {
  command_line.add_option("url", arguments.url)->required();
  command_line.add_option(
      "actions", arguments.actions,
      "echo:KIND:BYTES, fragments:KIND:BYTES, burst:COUNT, say:TEXT, hear:COUNT, ping:TEXT, "
      "close:CODE:REASON; a KIND is text, binary or noise");
  command_line.add_option("--subprotocol", arguments.dial.subprotocols)->allow_extra_args(false);
  command_line.add_option("--origin", arguments.dial.origin);
  command_line.add_option("--header", arguments.headers, "NAME:VALUE")->allow_extra_args(false);
  command_line.add_option("--deflate", arguments.deflate)
      ->check(CLI::IsMember({"default", "no-takeover", "small-window"}));
  command_line.add_option("--handshake-timeout-ms", arguments.handshake_timeout_ms);
}

duplex::CompressionOptions compression_options(const std::string& variant) {
  using duplex::CompressionContext;
  duplex::CompressionOptions options;
  options.enabled = !variant.empty();
  options.threshold_bytes = 0;
  options.sending = options.receiving =
      variant == "no-takeover" ? CompressionContext::shared : CompressionContext::dedicated;
  if (variant == "small-window") options.sending_window_bits = options.receiving_window_bits = 10;
  return options;
}

duplex::DialOptions dial_options(const Arguments& arguments) {
  duplex::DialOptions options = arguments.dial;
  for (const std::string& header : arguments.headers) {
    const std::size_t colon = header.find(':');
    options.headers.add(header.substr(0, colon), header.substr(colon + 1));
  }
  options.compression = compression_options(arguments.deflate);
  options.limits.handshake_timeout = std::chrono::milliseconds(arguments.handshake_timeout_ms);
  options.failed = print_failure;
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App command_line("Does on one connection what its arguments say, and prints what it sees.");
  Arguments arguments;
  describe(command_line, arguments);
  CLI11_PARSE(command_line, argc, argv);

  Script script(arguments.actions);
  duplex::Client client;
  const auto dialed = client.dial(
      arguments.url, [&script](Connection& peer) { return script.run(peer); }, dial_options(arguments));
  if (!dialed) print_failure({dialed.error(), std::nullopt});
  client.run();
  return 0;
}
