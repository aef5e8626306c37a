#include "server/inner.hpp"

#include <algorithm>
#include <system_error>
#include <thread>
#include <utility>

#include "connection/broadcast.hpp"

namespace duplex {

using server::Topics;
using server::Worker;

namespace {

/// Threads that serve a loop each. Destroying it stops the loops and waits for the threads.
class LoopThreads {
 public:
  LoopThreads() = default;
  ~LoopThreads() {
    for (const auto& loop : loops_) loop->stop();
    for (std::thread& thread : threads_) thread.join();
  }
  LoopThreads(const LoopThreads&) = delete;
  LoopThreads& operator=(const LoopThreads&) = delete;

  void start(const std::shared_ptr<transport::Loop>& loop) {
    threads_.emplace_back([loop] { loop->run(); });
    loops_.push_back(loop);
  }

 private:
  std::vector<std::shared_ptr<transport::Loop>> loops_;
  std::vector<std::thread> threads_;
};

/// What is a bound for the whole server holds for each loop with its part.
ServerOptions options_per_loop(ServerOptions options, std::size_t loops) {
  options.compression_bytes_max /= loops;
  return options;
}

}  // namespace

Server::Inner::Inner(ServerOptions options, server::Loops loops)
    : site_(options_per_loop(std::move(options), loops.all.size())),
      startup_error_(std::move(loops.error)),
      io_description_(std::move(loops.description)) {
  for (auto& loop : loops.all) {
    const auto number = static_cast<std::uint32_t>(workers_.size());
    server::WorkerHost& host = *this;
    workers_.push_back(std::make_unique<Worker>(site_, exchange_, host, std::move(loop), number));
  }
}

Server::Inner::~Inner() {
  // What sessions still say while they are destroyed may concern every loop, so all are there until the end.
  for (const auto& worker : workers_) worker->roster().end();
}

void Server::Inner::watch_signal(int number, std::function<void()> action) {
  auto watch =
      first().shared_loop()->watch_signal(number, first().roster().guarded("on_signal", std::move(action)));
  if (watch) {
    signals_.push_back(std::move(*watch));
  } else if (!startup_error_) {
    startup_error_ = watch.error();
  }
}

void Server::Inner::listen(const std::string& host, std::uint16_t port) {
  listen_with(nullptr, {host, port});
}

void Server::Inner::listen_tls(const std::string& host, std::uint16_t port, TlsOptions options) {
  auto loaded = tls::ServerCredentials::load(std::move(options));
  if (!loaded) {
    port_ = 0;
    if (!startup_error_) startup_error_ = loaded.error();
    return;
  }
  credentials_.push_back(std::move(*loaded));
  if (credentials_.size() == 1) {
    ticket_key_alarm_ = plan(tls::TicketKeys::lifetime, Alarm::State::Repeat::forever, [this] {
      for (const auto& credentials : credentials_) credentials->rotate_ticket_keys();
    });
  }
  log_tls_warnings(*credentials_.back());
  listen_with(credentials_.back(), {host, port});
}

Result<void> Server::Inner::reload_tls() {
  std::vector<std::shared_ptr<const tls::ServerContext>> loaded;
  for (const auto& credentials : credentials_) {
    auto context = credentials->load_anew();
    if (!context) return context.error();
    loaded.push_back(std::move(*context));
  }
  for (std::size_t index = 0; index < loaded.size(); ++index)
    credentials_[index]->use(std::move(loaded[index]));
  post([this] {
    for (const auto& credentials : credentials_) log_tls_warnings(*credentials);
  });
  return {};
}

void Server::Inner::log_tls_warnings(const tls::ServerCredentials& credentials) const {
  for (const std::string& warning : credentials.current()->warnings()) site_.log(LogLevel::warning, warning);
}

void Server::Inner::listen_with(const std::shared_ptr<tls::ServerCredentials>& credentials,
                                const transport::Endpoint& endpoint) {
  const Result<std::uint16_t> opened = open_listeners(credentials, endpoint);
  port_ = opened ? *opened : 0;
  if (!opened && !startup_error_) startup_error_ = opened.error();
}

Result<std::uint16_t> Server::Inner::open_listeners(
    const std::shared_ptr<tls::ServerCredentials>& credentials, transport::Endpoint endpoint) {
  const bool are_several = workers_.size() > 1;
  if (are_several) {
    // Listeners that share a port would share it with another server's, too, and each would get a part of the
    // connections. So first alone: this also finds the port when any free one will do.
    const auto alone = first().open_listener(endpoint, transport::PortSharing::exclusive, credentials);
    if (!alone) return alone.error();
    endpoint.port = (*alone)->port();
  }
  std::vector<std::unique_ptr<transport::Listener>> listeners;
  for (const auto& worker : workers_) {
    auto listener = worker->open_listener(
        endpoint, are_several ? transport::PortSharing::shared : transport::PortSharing::exclusive,
        credentials);
    if (!listener) return listener.error();
    listeners.push_back(std::move(*listener));
  }
  const std::uint16_t port = listeners.front()->port();
  for (std::size_t index = 0; index < workers_.size(); ++index) {
    workers_[index]->keep(std::move(listeners[index]));
  }
  return port;
}

int Server::Inner::run() {
  const Result<void> done = startup_error() ? Result<void>(*startup_error()) : run_loops();
  if (done) return 0;
  site_.log(LogLevel::error, done.error().message);
  return 1;
}

/// Until the first loop ends; the others end with it.
Result<void> Server::Inner::run_loops() {
  if (!io_description_.empty()) site_.log(LogLevel::info, "input and output by " + io_description_);
  running_ = true;
  LoopThreads others;
  try {
    for (const auto& worker : workers_) {
      if (worker.get() != &first()) others.start(worker->shared_loop());
    }
  } catch (const std::system_error& error) {
    running_ = false;
    return Error(ErrorKind::environment, std::string("cannot start a thread for a loop: ") + error.what());
  }
  first().shared_loop()->run();
  running_ = false;
  return {};
}

void Server::Inner::stop() {
  post([this] { begin_drain(); });
}

void Server::Inner::begin_drain() {
  const bool is_asked_again = std::exchange(draining_, true);
  if (!is_asked_again && on_drain_) first().roster().guarded("on_drain", on_drain_)();
  void (Worker::*const end)() = is_asked_again ? &Worker::cut : &Worker::drain;
  for (const auto& worker : workers_) {
    if (worker.get() != &first()) worker->post([&worker, end] { ((*worker).*end)(); });
  }
  (first().*end)();
}

void Server::Inner::handle_drained() {
  const bool are_all_drained =
      std::all_of(workers_.begin(), workers_.end(), [](const auto& worker) { return worker->is_drained(); });
  // A loop of the caller's that we do not run is not ours to stop.
  if (are_all_drained && running_.exchange(false)) first().shared_loop()->stop();
}

Worker* Server::Inner::worker_here() const {
  const auto found = std::find_if(workers_.begin(), workers_.end(),
                                  [](const auto& worker) { return worker->shared_loop()->is_loop_thread(); });
  return found == workers_.end() ? nullptr : found->get();
}

Handle Server::Inner::find(ConnectionId id) const {
  return id.loop < workers_.size() ? workers_[id.loop]->roster().handle_of(id) : Handle();
}

SendVerdict Server::Inner::publish(std::string_view topic, MessageType type, ConstBytes payload) {
  if (Worker* here = worker_here()) return here->topics().publish(nullptr, topic, type, payload);
  if (!Topics::is_publishable(site_.options().limits, topic, type, payload)) return SendVerdict::invalid;
  if (!exchange_.has_audience(nullptr)) return SendVerdict::queued;
  return exchange_.publish(nullptr, std::make_shared<const connection::Publication>(
                                        topic, type, connection::framed(type, payload), payload.size()));
}

std::size_t Server::Inner::connection_count() const {
  std::size_t count = 0;
  for (const auto& worker : workers_) count += worker->roster().count();
  return count;
}

Alarm Server::Inner::plan(std::chrono::milliseconds delay, Alarm::State::Repeat repeat,
                          std::function<void()> work) {
  return Alarm(std::make_unique<Alarm::State>(first().shared_loop(), delay, repeat,
                                              first().roster().guarded("an alarm", std::move(work))));
}

std::chrono::steady_clock::time_point Server::Inner::now() const {
  const Worker* here = worker_here();
  return (here != nullptr ? *here : first()).shared_loop()->now();
}

}  // namespace duplex
