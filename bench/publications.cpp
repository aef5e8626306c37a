#include "publications.hpp"

#include <chrono>

#include "socket.hpp"

namespace duplex::bench {

Publications::Publications(const LoadOptions& options)
    : settling_s_(options.warm_up_s),
      lanes_(options,
             [this](Lane&, std::size_t messages, Clock::time_point now) { delivered(messages, now); }) {}

void Publications::open_publisher(const std::string& path) {
  lanes_.open(1, path);
  publishers_.push_back(&lanes_[lanes_.size() - 1]);
}

void Publications::begin(std::size_t hearers) {
  // A server may subscribe a connection just after its 101; nothing that can be seen from here says when.
  lanes_.run_for(settling_s_);
  hearers_ = hearers;
  publish(Clock::now());
}

void Publications::run_until(const std::function<bool()>& is_done) {
  constexpr auto silence_max = std::chrono::seconds(10);
  delivered_at_ = Clock::now();
  lanes_.run_until([&] {
    if (Clock::now() - delivered_at_ > silence_max) quit("those who read wait for those who do not");
    return is_done();
  });
}

void Publications::publish(Clock::time_point now) {
  missing_ = hearers_;
  published_at_ = now;
  lanes_.send(*publishers_[published_++ % publishers_.size()], 1, now);
}

void Publications::delivered(std::size_t messages, Clock::time_point now) {
  tally_.add(messages, now - published_at_);
  delivered_at_ = now;
  missing_ -= messages;
  if (missing_ == 0) publish(now);
}

}  // namespace duplex::bench
