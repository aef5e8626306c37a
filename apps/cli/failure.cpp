#include "failure.hpp"

#include <algorithm>
#include <iostream>
#include <string>

namespace duplex::cli {

int fail(std::string_view command, std::string_view reason) {
  std::cerr << command << ": " << reason << '\n';
  return exit_failure;
}

int fail_usage(std::string_view command, std::string_view reason) {
  std::string line(reason);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::cerr << command << ": " << line << " (see '" << command << " --help')\n";
  return exit_usage;
}

}  // namespace duplex::cli
