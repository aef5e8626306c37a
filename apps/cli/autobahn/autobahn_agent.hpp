// The client role of the Autobahn Testsuite: an echo that dials, once for each case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <duplex/client.hpp>

#include "fuzzing_url.hpp"

namespace duplex::cli {

struct AutobahnOptions {
  std::string server_url;
  std::string agent = "Duplex";            ///< the report is about this name
  std::optional<std::size_t> case_number;  ///< only this one, counted from 1; else all
  /// Called before each case.
  std::function<void(std::size_t number, std::size_t case_count)> progress;
};

/// Asks the fuzzing server how many cases it has, lets it play them one after the other, echoing what comes
/// until the server ends the connection, and asks for the report. How a case ends is the server's to judge:
/// only a server that cannot be reached or is no fuzzing server is an error. For one run() only.
class AutobahnAgent final : public Handler, public std::enable_shared_from_this<AutobahnAgent> {
 public:
  explicit AutobahnAgent(AutobahnOptions options);
  /// The number of cases played.
  Result<std::size_t> run();

 private:
  enum class Step : std::uint8_t { counting, playing, reporting };

  void message(Connection& peer, const Message& message) override;
  void close(Connection& peer, const CloseStatus& status) override;

  void dial(const std::string& url);
  void begin_cases();
  void play_next();
  void fail(Error error);
  std::string where() const;

  // Fixed after construction
  const AutobahnOptions options_;
  const FuzzingUrl url_;
  Client client_;

  // The run
  Step step_ = Step::counting;
  std::optional<std::size_t> case_count_;
  std::size_t next_case_ = 1;
  std::size_t last_case_ = 0;
  std::size_t played_ = 0;
  std::optional<Error> failure_;
};

}  // namespace duplex::cli
