#include <algorithm>
#include <string>

#include "measure.hpp"
#include "publications.hpp"
#include "stalled_readers.hpp"
#include "stretch.hpp"

namespace duplex::bench {

using Json = nlohmann::ordered_json;

namespace {

/// Numbers are names, so that the request for a thousand of them is not too long for anybody.
std::string query_of_topics(std::size_t first, std::size_t end) {
  std::string query;
  for (std::size_t topic = first; topic < end; ++topic) {
    query += (query.empty() ? "?topic=" : "&topic=") + std::to_string(topic);
  }
  return query;
}

/// Of a fan-out that is under way, with other subscribers than before. First as much is published as fills
/// those who do not read; then for the duration of the options, until it is `bytes_min` altogether.
Json measure_deliveries(const LoadOptions& options, Publications& publications, std::size_t bytes_min) {
  const auto bytes = [&, before = publications.published()] {
    return (publications.published() - before) * options.payload_bytes;
  };
  publications.run_until([&] { return bytes() >= StalledReaders::bytes_until_full; });
  Json figures = measure_stretch(options, publications.lanes(), publications.tally(), [&] {
    publications.run_until(
        [&, end = end_after(options.duration_s)] { return Clock::now() >= end && bytes() >= bytes_min; });
  });
  figures["published_bytes"] = bytes();
  return figures;
}

Json measure_with_stalled(const LoadOptions& options, Publications& publications, std::size_t stalled_count) {
  constexpr double patience_s = 4;  // for a server that first tries to say goodbye
  const auto bytes_before = static_cast<double>(memory_of_server(options));
  const StalledReaders stalled(options.port, stalled_count, "/sub");
  Json figures = measure_deliveries(options, publications, options.published_bytes_min);
  figures["grown_bytes"] = static_cast<double>(memory_of_server(options)) - bytes_before;
  figures["cut"] = stalled.wait_until_cut(patience_s);
  return figures;
}

}  // namespace

Json measure_fan_out(const LoadOptions& options) {
  Publications publications(options);
  publications.open_subscribers(options.connections, "/sub");
  publications.open_publisher("/pub");
  publications.begin(options.connections);
  return measure_load(options, publications.lanes(), publications.tally());
}

Json measure_stalled(const LoadOptions& options) {
  const std::size_t stalled_count = std::max<std::size_t>(1, options.connections / 10);
  const std::size_t reading_count = options.connections - stalled_count;
  Publications publications(options);
  publications.open_subscribers(reading_count, "/sub");
  publications.open_publisher("/pub");
  publications.begin(reading_count);
  // Connections are dearer while they are young: that is why it is measured at the end what readers cost
  // alone.
  static_cast<void>(measure_deliveries(options, publications, 0));
  Json figures = measure_with_stalled(options, publications, stalled_count);
  const Json all_read = measure_deliveries(options, publications, 0);
  figures["all_read_ns"] = all_read["server_ns"];
  figures["x_all_read"] = figures["server_ns"].get<double>() / all_read["server_ns"].get<double>();
  return figures;
}

Json measure_topics(const LoadOptions& options) {
  const std::size_t hearing_count = std::min(options.topics, options.connections);
  const auto first_topic = [&](std::size_t subscriber) {
    return subscriber * options.topics / hearing_count;
  };
  Publications publications(options);
  for (std::size_t subscriber = 0; subscriber < hearing_count; ++subscriber) {
    publications.open_subscribers(
        1, "/sub" + query_of_topics(first_topic(subscriber), first_topic(subscriber + 1)));
  }
  publications.lanes().open(options.connections - hearing_count, "/");
  // One for each subscriber, so that the messages that it hears come in an order that can be checked.
  for (std::size_t subscriber = 0; subscriber < hearing_count; ++subscriber) {
    publications.open_publisher("/pub" +
                                query_of_topics(first_topic(subscriber), first_topic(subscriber) + 1));
  }
  publications.begin(1);
  return measure_load(options, publications.lanes(), publications.tally());
}

}  // namespace duplex::bench
