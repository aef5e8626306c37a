// What the agent asks the fuzzing server of the Autobahn Testsuite, as URLs.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace duplex::cli {

/// The addresses below `server` (ws://HOST:PORT, with or without a final slash). The server keeps its results
/// under the name of the agent, which may be any text.
class FuzzingUrl {
 public:
  explicit FuzzingUrl(std::string_view server);

  /// Answers with one message, the number of cases, and closes.
  std::string case_count() const { return server_ + "/getCaseCount"; }
  /// Plays one case on the agent. Cases count from 1.
  std::string case_run(std::size_t number, std::string_view agent) const;
  /// Writes the report and closes.
  std::string report(std::string_view agent) const;

 private:
  std::string server_;
};

}  // namespace duplex::cli
