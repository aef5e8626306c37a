#include "chat.hpp"

#include <filesystem>

#include <spdlog/logger.h>
#include <CLI/CLI.hpp>

#include "../chat/chat.hpp"
#include "failure.hpp"
#include "io_flag.hpp"
#include "listening_url.hpp"
#include "log.hpp"
#include "signals.hpp"
#include "tls/certificate_watch.hpp"

namespace duplex::cli {

CLI::App& ChatVerb::describe(CLI::App& command_line) {
  CLI::App& command = *command_line.add_subcommand("chat", "Serve a chat: rooms, names, history, presence");
  command.add_option("--host", host_, "Address to listen on")->capture_default_str()->type_name("ADDRESS");
  command.add_option("--port", port_, "Port to listen on; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65'535))
      ->type_name("PORT");
  add_directory_flags(command);
  command
      .add_option("--allow-origin", allowed_origins_,
                  "Also accept browsers on pages from this origin, as in\n"
                  "https://app.example; * accepts all. May be repeated. Always\n"
                  "accepted: this server's own page, and clients that send no Origin")
      ->allow_extra_args(false)
      ->type_name("ORIGIN");
  tls_.describe(command);
  add_io_flag(command, io_);
  command.add_flag("--quiet", is_quiet_, "Print errors only");
  command.footer(
      "Open http://localhost:8080/ in a browser. Everything that was said is kept in the data folder, also "
      "when\n"
      "the server is killed. SIGTERM and Ctrl-C say goodbye to everyone and end within ten seconds; a second "
      "one\n"
      "ends at once.\n"
      "\n"
      "Examples:\n"
      "  duplex chat                                     for this machine\n"
      "  duplex chat --host 0.0.0.0 --port 80            for the network\n"
      "  duplex chat --tls-certificate site.crt --tls-key site.key    with TLS: https and wss\n"
      "  duplex chat --data /srv/chat                    with its history there\n"
      "  duplex chat --web web                           with the page from a folder, while changing it");
  return command;
}

void ChatVerb::add_directory_flags(CLI::App& command) {
  command
      .add_option("--data", data_directory_,
                  "Folder of rooms and history, made when it is not there; else\n" +
                      chat::default_data_directory().string())
      ->type_name("FOLDER");
  command.add_option("--web", web_directory_, "Serve the page from this folder, read anew at every request")
      ->check(CLI::ExistingDirectory)
      ->type_name("FOLDER");
}

int ChatVerb::run() {
  const auto logger = make_logger(is_quiet_ ? Verbosity::errors : Verbosity::everything);
  chat::ChatOptions options;
  options.host = host_;
  options.port = port_;
  options.data_directory =
      data_directory_.empty() ? chat::default_data_directory() : std::filesystem::path(data_directory_);
  options.web_directory = web_directory_;
  options.allowed_origins = allowed_origins_;
  options.tls = tls_.options();
  options.io = io_;
  options.log = library_log(logger);

  const std::string data_directory = options.data_directory.string();
  const std::optional<TlsOptions> tls = options.tls;

  const HeldStopSignals held;
  const auto server = chat::ChatServer::open(std::move(options));
  if (!server) return fail("duplex chat", server.error().message);
  const ServerSignals signals((*server)->server(), tls, library_log(logger));
  logger->info("rooms and history are in {}", data_directory);
  const bool is_this_machine = host_ == "127.0.0.1";
  logger->info("the chat is on {}", listening_url(is_this_machine ? "localhost" : host_, (*server)->port(),
                                                  tls ? Scheme::https : Scheme::http));
  return (*server)->run();
}

}  // namespace duplex::cli
