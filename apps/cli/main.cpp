// The one binary: finds the command that was asked for and runs it.
#include <csignal>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "bench.hpp"
#include "chat.hpp"
#include "echo.hpp"
#include "failure.hpp"
#include "open_files.hpp"
#include "verb.hpp"

namespace duplex::cli {
namespace {

using DescribedVerb = std::pair<CLI::App*, std::unique_ptr<Verb>>;

void describe_binary(CLI::App& command_line) {
  command_line.description("Duplex: WebSocket servers and tools in one binary.");
  command_line.set_help_flag("-h,--help", "Print this help; every command has its own");
  command_line.set_version_flag("--version", "duplex " DUPLEX_VERSION);
  command_line.name("duplex");
  command_line.footer(
      "Examples:\n"
      "  duplex chat                          a chat; open http://localhost:8080/\n"
      "  duplex echo                          an echo server; open http://127.0.0.1:9001/\n"
      "  duplex bench ws://127.0.0.1:9001/    measure it\n"
      "  duplex echo --help                   all about one command");
}

std::vector<DescribedVerb> describe_verbs(CLI::App& command_line) {
  std::vector<std::unique_ptr<Verb>> verbs;
  verbs.push_back(std::make_unique<ChatVerb>());
  verbs.push_back(std::make_unique<EchoVerb>());
  verbs.push_back(std::make_unique<BenchVerb>());
  std::vector<DescribedVerb> described;
  for (auto& verb : verbs) {
    CLI::App& command = verb->describe(command_line);
    command.set_help_flag("-h,--help", "Print this help");
    described.emplace_back(&command, std::move(verb));
  }
  return described;
}

/// Help and version are answers, everything else that stops the parser is a mistake on the command line.
int answer_parse_stop(const CLI::App& command_line, const CLI::ParseError& stop, std::string_view first) {
  if (stop.get_exit_code() == 0) return command_line.exit(stop);
  const auto named = command_line.get_subcommands();
  if (named.empty()) return fail_usage("duplex", "there is no command " + std::string(first));
  return fail_usage("duplex " + named.front()->get_name(), stop.what());
}

int run(int argc, const char* const* argv) {
  CLI::App command_line;
  describe_binary(command_line);
  const std::vector<DescribedVerb> verbs = describe_verbs(command_line);
  try {
    command_line.parse(argc, argv);
  } catch (const CLI::ParseError& stop) {
    return answer_parse_stop(command_line, stop, argv[1]);
  }
  for (const auto& [command, verb] : verbs) {
    if (command->parsed()) return verb->run();
  }
  return fail_usage("duplex", "a command is needed");
}

}  // namespace
}  // namespace duplex::cli

int main(int argc, char** argv) {
  // A reader of our output that goes away must not take every connection with it.
  std::signal(SIGPIPE, SIG_IGN);
  duplex::cli::raise_open_files_limit();
  try {
    return duplex::cli::run(argc, argv);
  } catch (const std::exception& error) {
    return duplex::cli::fail("duplex", error.what());
  }
}
