// bench_instructions TRACE TIMES: lets the client of a trace send so many times. Started under callgrind by
// `bin/bench instructions`, which counts what the server executes. Without arguments: the names of the
// traces, and how many messages each sends at a time.
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "traces.hpp"

namespace {

using duplex::bench::all_traces;
using duplex::bench::Trace;

int list() {
  for (const Trace& trace : all_traces()) std::cout << trace.name << '\t' << trace.messages << '\n';
  return 0;
}

int fail(const char* text) {
  std::cerr << "bench_instructions: " << text << '\n';
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) return list();
  if (argc != 3) return fail("usage: bench_instructions [TRACE TIMES]");
  const auto trace = std::ranges::find(all_traces(), std::string_view(argv[1]), &Trace::name);
  if (trace == all_traces().end()) return fail("no such trace");
  duplex::bench::Conversation conversation(*trace);
  for (int times = std::atoi(argv[2]); times > 0; --times) {
    if (!conversation.run_once()) return fail("the answer is not what was sent");
  }
}
