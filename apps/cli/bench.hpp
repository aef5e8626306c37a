// `duplex bench`: measures an echo server, or lets a fuzzing server try the client.
#pragma once

#include <cstdint>
#include <string>

#include <sys/types.h>

#include "autobahn/autobahn_agent.hpp"
#include "load/echo_load.hpp"
#include "verb.hpp"

namespace duplex::cli {

class BenchVerb final : public Verb {
 public:
  CLI::App& describe(CLI::App& command_line) override;
  int run() override;

 private:
  void add_load_flags(CLI::App& command);
  void add_autobahn_flags(CLI::App& command);
  int run_load();
  int run_autobahn();

  // The load
  EchoLoadOptions options_;
  double duration_s_ = 3;
  double warm_up_s_ = 0.5;
  pid_t server_process_ = 0;  // 0: not measured
  bool is_json_ = false;

  // The client role of the Autobahn Testsuite, when it has a URL
  AutobahnOptions autobahn_;
};

}  // namespace duplex::cli
