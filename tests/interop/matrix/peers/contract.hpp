// The contract of README.md for peers in C++, over callbacks.
#pragma once

#include <cstddef>
#include <cstdio>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace contract {

struct Arguments {
  std::string role;
  std::string url;
  std::vector<std::string> actions;
  std::vector<std::string> subprotocols;
  std::string origin;
  std::map<std::string, std::string> headers;
  std::string deflate;  ///< empty without
};

inline Arguments parse_arguments(int argc, char** argv) {
  Arguments given;
  std::deque<std::string> rest(argv + 1, argv + argc);
  const auto take = [&rest] {
    const std::string first = rest.front();
    rest.pop_front();
    return first;
  };
  given.role = take();
  while (!rest.empty()) {
    const std::string next = take();
    if (next == "--subprotocol") {
      given.subprotocols.push_back(take());
    } else if (next == "--origin") {
      given.origin = take();
    } else if (next == "--header") {
      const std::string header = take();
      given.headers[header.substr(0, header.find(':'))] = header.substr(header.find(':') + 1);
    } else if (next == "--deflate") {
      given.deflate = take();
    } else if (given.role == "client" && given.url.empty()) {
      given.url = next;
    } else {
      given.actions.push_back(next);
    }
  }
  return given;
}

inline void report(const std::string& event) {
  std::printf("%s\n", event.c_str());
  std::fflush(stdout);
}

inline void report_listening(unsigned port) {
  report("{\"event\":\"listening\",\"port\":" + std::to_string(port) + "}");
}

struct Message {
  bool is_text = false;
  std::string payload;
};

inline std::vector<std::string> thirds(const std::string& payload) {
  const std::size_t third = payload.size() / 3;
  return {payload.substr(0, third), payload.substr(third, third), payload.substr(2 * third)};
}

/// One connection as a library shows it. What it cannot do stays as it is, and is not asked for.
class Peer {
 public:
  virtual ~Peer() = default;
  virtual void send(const Message& message) = 0;
  virtual void fragments(const Message& /*message*/) {}
  virtual void uncompressed(const Message& /*message*/) {}
  virtual void ping(const std::string& payload) = 0;
  virtual void close(unsigned code, const std::string& reason) = 0;
};

/// The client: one action after the other, each when the one before has its answer.
class Script {
 public:
  Script(Peer& peer, const std::vector<std::string>& actions)
      : peer_(peer), actions_(actions.begin(), actions.end()) {}

  void next() {
    while (awaited_.empty() && !actions_.empty()) {
      const std::string action = actions_.front();
      actions_.pop_front();
      perform(action);
    }
  }

  void heard(bool is_text, const std::string& payload) {
    if (awaited_.empty()) return;
    is_same_ = is_same_ && awaited_.front().is_text == is_text && awaited_.front().payload == payload;
    awaited_.pop_front();
    if (!awaited_.empty()) return;
    report(std::string("{\"event\":\"echo\",\"same\":") + (is_same_ ? "true" : "false") + "}");
    next();
  }

  static void ended(unsigned code, const std::string& reason) {
    report("{\"event\":\"closed\",\"code\":" + std::to_string(code) + ",\"reason\":\"" + reason + "\"}");
  }

 private:
  void perform(const std::string& action) {
    const std::size_t first = action.find(':');
    const std::size_t second = action.find(':', first + 1);
    const std::string verb = action.substr(0, first);
    const std::string what = action.substr(first + 1, second - first - 1);
    const std::string more = second == std::string::npos ? "" : action.substr(second + 1);
    is_same_ = true;
    if (verb == "echo") {
      peer_.send(expect(what, more));
    } else if (verb == "uncompressed") {
      peer_.uncompressed(expect(what, more));
    } else if (verb == "fragments") {
      peer_.fragments(expect(what, more));
    } else if (verb == "burst") {
      for (unsigned i = 0; i < std::stoul(what); ++i)
        awaited_.push_back({true, "message " + std::to_string(i)});
      // A copy, as an answer may already come while the others are being sent.
      for (const Message& message : std::vector<Message>(awaited_.begin(), awaited_.end()))
        peer_.send(message);
    } else if (verb == "ping") {
      peer_.ping(what);
    } else if (verb == "close") {
      peer_.close(static_cast<unsigned>(std::stoul(what)), more);
    }
  }

  Message expect(const std::string& kind, const std::string& bytes) {
    awaited_.push_back({kind == "text", make_payload(kind, std::stoul(bytes))});
    return awaited_.back();
  }

  static std::string make_payload(const std::string& kind, std::size_t bytes) {
    std::string payload;
    payload.reserve(bytes);
    if (kind == "text") {  // characters of one to four bytes
      while (payload.size() + 10 <= bytes) payload += "aé€😀";
      return payload.append(bytes - payload.size(), 'x');
    }
    std::mt19937 generator;
    for (std::size_t i = 0; i < bytes; ++i) {
      payload += static_cast<char>(kind == "noise" ? generator() >> 24U : i % 251);
    }
    return payload;
  }

  Peer& peer_;
  std::deque<std::string> actions_;
  std::deque<Message> awaited_;
  bool is_same_ = true;
};

/// The server, one connection of it.
class EchoSession {
 public:
  EchoSession(Peer& peer, std::string path) : peer_(peer), path_(std::move(path)) {}

  void opened() {
    if (path_ == "/close") peer_.close(4001, "enough – ü");
    if (path_ == "/ping") peer_.ping("are you there?");
  }

  void heard(const Message& message) {
    ++count_;
    if (path_ == "/fragments") {
      peer_.fragments(message);
    } else if (path_ == "/mixed" && count_ % 2 == 0) {
      peer_.uncompressed(message);
    } else {
      peer_.send(message);
    }
  }

 private:
  Peer& peer_;
  std::string path_;
  unsigned count_ = 0;
};

}  // namespace contract
