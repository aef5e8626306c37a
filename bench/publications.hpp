// Messages from publishers to those who hear them.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "lanes.hpp"
#include "load_options.hpp"
#include "meter.hpp"

namespace duplex::bench {

/// One message at a time: the next publisher has its turn when everybody has the message of the last. First
/// open subscribers, then publishers, then begin. One thread.
class Publications {
 public:
  explicit Publications(const LoadOptions& options);

  void open_subscribers(std::size_t count, const std::string& path) { lanes_.open(count, path); }
  void open_publisher(const std::string& path);
  /// From now on they publish. `hearers`: of the subscribers, those that hear each of the messages.
  void begin(std::size_t hearers);
  /// Until it is true. Ends the program when nobody hears anything for long.
  void run_until(const std::function<bool()>& is_done);

  std::size_t published() const { return published_; }
  Lanes& lanes() { return lanes_; }
  /// A message of it is one delivery.
  Tally& tally() { return tally_; }

 private:
  void publish(Clock::time_point now);
  void delivered(std::size_t messages, Clock::time_point now);

  const double settling_s_;
  Lanes lanes_;
  std::vector<Lane*> publishers_;
  Tally tally_;
  std::size_t hearers_ = 0;
  std::size_t published_ = 0;
  std::size_t missing_ = 0;  // deliveries of the message that was published last
  Clock::time_point published_at_;
  Clock::time_point delivered_at_;
};

}  // namespace duplex::bench
