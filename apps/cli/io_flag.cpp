#include "io_flag.hpp"

#include <string>

namespace duplex::cli {

namespace {

Io io_named(const std::string& name) {
  if (name == "epoll") return Io::epoll;
  return name == "uring" ? Io::uring : Io::automatic;
}

}  // namespace

void add_io_flag(CLI::App& command, Io& io) {
  command
      .add_option_function<std::string>(
          "--io", [&io](const std::string& name) { io = io_named(name); },
          "What does input and output: uring (io_uring), epoll, or auto,\n"
          "which is the faster one that this system allows")
      ->check(CLI::IsMember({"auto", "epoll", "uring"}))
      ->default_str("auto")
      ->type_name("NAME");
}

}  // namespace duplex::cli
