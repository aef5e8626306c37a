// What a command of the binary is: `duplex echo`, `duplex bench`, …
#pragma once

namespace CLI {
class App;
}

namespace duplex::cli {

/// One command. main() makes all of them, lets each describe its flags, and runs the one that was named. An
/// object is used once.
class Verb {
 public:
  virtual ~Verb() = default;
  /// Adds the command's name, help and flags to the command line.
  virtual CLI::App& describe(CLI::App& command_line) = 0;
  /// Runs the command with the flags that were parsed; returns the exit code.
  virtual int run() = 0;
};

}  // namespace duplex::cli
