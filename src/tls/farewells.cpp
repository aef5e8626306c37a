#include "tls/farewells.hpp"

#include <chrono>
#include <utility>

namespace duplex::tls {
namespace {

constexpr std::size_t kept_max = 1'024;  // beyond it streams are closed at once
constexpr std::chrono::seconds kept_for_max{5};
constexpr std::size_t discarded_bytes_max = 16'384;  // who goes on talking does not listen

}  // namespace

class Farewells::Kept final : private transport::StreamListener {
 public:
  Kept(Farewells& farewells, std::unique_ptr<transport::Stream> stream, ByteBuffer unsent)
      : farewells_(farewells),
        stream_(std::move(stream)),
        unsent_(std::move(unsent)),
        timer_(*this, [](Kept& kept) { kept.farewells_.retire(kept); }) {
    stream_->set_listener(*this);
    stream_->resume_reading();
    farewells_.loop_.schedule(timer_, farewells_.loop_.now() + kept_for_max);
    write();
  }

 private:
  void handle_bytes(Bytes bytes) override {
    discarded_bytes_ += bytes.size();
    if (discarded_bytes_ > discarded_bytes_max) farewells_.retire(*this);
  }
  void handle_eof() override {
    has_hung_up_ = true;
    if (unsent_.empty()) farewells_.retire(*this);
  }
  void handle_writable() override {
    write();
    if (unsent_.empty() && has_hung_up_) farewells_.retire(*this);
  }
  void handle_lost(std::string_view) override { farewells_.retire(*this); }

  void write() {
    if (!unsent_.empty()) {
      const ConstBytes piece = std::as_const(unsent_).bytes();
      unsent_.consume(stream_->write({&piece, 1}));
    }
    if (unsent_.empty()) stream_->end_writing();
  }

  Farewells& farewells_;
  const std::unique_ptr<transport::Stream> stream_;
  ByteBuffer unsent_;
  std::size_t discarded_bytes_ = 0;
  bool has_hung_up_ = false;
  transport::Timer timer_;
};

Farewells::Farewells(transport::Loop& loop) : loop_(loop) {}

Farewells::~Farewells() = default;

void Farewells::take(std::unique_ptr<transport::Stream> stream, ByteBuffer unsent) {
  if (kept_.size() >= kept_max) return;
  auto kept = std::make_unique<Kept>(*this, std::move(stream), std::move(unsent));
  Kept* key = kept.get();
  kept_.emplace(key, std::move(kept));
}

void Farewells::handle_turn_end() { over_.clear(); }

void Farewells::retire(Kept& kept) {
  auto node = kept_.extract(&kept);
  if (node.empty()) return;  // retired, and not yet destroyed
  over_.push_back(std::move(node.mapped()));
  loop_.at_turn_end(*this);
}

}  // namespace duplex::tls
