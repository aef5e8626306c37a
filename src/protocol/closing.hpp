// How a connection comes to its end, and what is remembered of it.
#pragma once

#include <memory>
#include <string>

#include "protocol/close_code.hpp"
#include "protocol/state.hpp"

namespace duplex::protocol {

/// The phase of a connection and its CloseStatus. What happened first decides the cause, except that a
/// failure outranks our own Close.
class Closing {
 public:
  Phase phase() const { return phase_; }
  /// What is known so far; the defaults while nothing has happened.
  CloseStatus status() const { return status_ == nullptr ? CloseStatus() : *status_; }

  void close_sent();
  /// Returns the reason, kept here.
  std::string_view close_received(const CloseBody& body);
  /// Returns the detail, kept here.
  std::string_view failed(std::string detail);
  void stream_ended();

 private:
  void record(CloseCause cause, std::string detail);

  Phase phase_ = Phase::open;
  std::unique_ptr<CloseStatus> status_;  // from the first step of closing on; an open connection needs none
};

}  // namespace duplex::protocol
