#include "echo.hpp"

#include <spdlog/logger.h>
#include <CLI/CLI.hpp>

#include "failure.hpp"
#include "io_flag.hpp"
#include "listening_url.hpp"
#include "log.hpp"
#include "signals.hpp"

namespace duplex::cli {
namespace {

/// A message is held in memory as a whole, and so is its echo.
constexpr std::uint64_t message_bytes_max_max = std::uint64_t{1} << 40;

CompressionOptions compression_of(std::string_view mode) {
  CompressionOptions compression;
  compression.enabled = mode != "plain";
  if (mode == "pmdct") compression.sending = compression.receiving = CompressionContext::dedicated;
  return compression;
}

}  // namespace

CLI::App& EchoVerb::describe(CLI::App& command_line) {
  CLI::App& command = *command_line.add_subcommand("echo", "Serve an echo, and a page that shows every byte");
  command.add_option("--host", host_, "Address to listen on")->capture_default_str()->type_name("ADDRESS");
  command.add_option("--port", port_, "Port to listen on; 0 takes a free one")
      ->capture_default_str()
      ->check(CLI::Range(0, 65'535))
      ->type_name("PORT");
  command
      .add_option("--mode", mode_,
                  "Compression to agree to when it is offered: any that is valid, plain\n"
                  "(none), pmd (permessage-deflate without context takeover), or pmdct\n"
                  "(with it)")
      ->capture_default_str()
      ->check(CLI::IsMember({"any", "plain", "pmd", "pmdct"}))
      ->type_name("MODE");
  command.add_flag("--topics", options_.has_topics,
                   "Fan out: what comes in on /pub goes to every other connection\n"
                   "on /sub; nothing is echoed on these two paths. Topics may be named:\n"
                   "from /pub?topic=NAME to /sub?topic=NAME, repeated for several; a\n"
                   "subscriber's may have + for a level and a final %23 (#) for the rest");
  command
      .add_option("--message-bytes-max", options_.message_bytes_max,
                  "Largest message that is accepted, inclusive; a larger one closes\n"
                  "the connection with 1009")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{0}, message_bytes_max_max))
      ->type_name("BYTES");
  command
      .add_option("--allow-origin", options_.allowed_origins,
                  "Also accept browsers on pages from this origin, as in\n"
                  "https://app.example, or null; * accepts all. May be repeated.\n"
                  "Always accepted: this server's own page, and clients that send\n"
                  "no Origin")
      ->allow_extra_args(false)
      ->type_name("ORIGIN");
  command
      .add_option("--loops", loops_,
                  "Threads that serve connections; 0: one for each core. The system\n"
                  "spreads the connections among them")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{0}, ServerOptions::loops_max))
      ->type_name("LOOPS");
  tls_.describe(command);
  add_io_flag(command, io_);
  command.add_flag("--quiet", is_quiet_,
                   "Print errors only; else each connection is a line when it opens\n"
                   "and one when it ends");
  command.footer(
      "Every path echoes. With a browser, open http://127.0.0.1:9001/: the page there sends messages and "
      "draws\n"
      "the frames that crossed the wire. SIGTERM and Ctrl-C close all connections with 1001; a second one "
      "cuts\n"
      "them.\n"
      "\n"
      "Examples:\n"
      "  duplex echo                                     for programs and pages on this machine\n"
      "  duplex echo --host 0.0.0.0 --port 8080          for the network\n"
      "  duplex echo --tls-certificate site.crt --tls-key site.key    with TLS: https and wss\n"
      "  duplex echo --allow-origin http://localhost:3000    also for a page under development\n"
      "  duplex echo --topics --quiet                    publishers on /pub, subscribers on /sub\n"
      "  duplex echo --loops 0                           for more clients than one core can serve");
  return command;
}

int EchoVerb::run() {
  options_.compression = compression_of(mode_);
  const auto logger = make_logger(is_quiet_ ? Verbosity::errors : Verbosity::everything);
  ServerOptions server_options;
  server_options.limits = echo_limits(options_);
  server_options.loops = loops_;
  server_options.io = io_;
  server_options.log = library_log(logger);

  Server server(server_options);
  serve_echo(server, options_, is_quiet_ ? nullptr : logger);
  const std::optional<TlsOptions> tls = tls_.options();
  tls ? server.listen_tls(host_, port_, *tls) : server.listen(host_, port_);
  if (const auto error = server.listening_error()) return fail("duplex echo", error->message);
  const ServerSignals signals(server, tls, library_log(logger));
  logger->info("listening on {}", listening_url(host_, server.port(), tls ? Scheme::https : Scheme::http));
  return server.run();
}

}  // namespace duplex::cli
