// What can go wrong, as values. Exceptions are left to applications: the library throws none of its own.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace duplex {

/// Whose fault it was decides what a caller can do about it.
enum class ErrorKind {
  misuse,       ///< the caller asked for something that cannot be done; the message names the call
  peer,         ///< the other side broke a rule
  environment,  ///< the network, the disk or the system said no
};

/// An error that a person can act on: one line, each layer adding one phrase of context.
struct Error {
  ErrorKind kind = ErrorKind::environment;
  std::string message;

  Error() = default;
  Error(ErrorKind error_kind, std::string text) : kind(error_kind), message(std::move(text)) {}
};

/// A value or the reason why there is none. Must be looked at.
template<class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  T& operator*() { return std::get<0>(content_); }
  const T& operator*() const { return std::get<0>(content_); }
  T* operator->() { return &std::get<0>(content_); }
  const T* operator->() const { return &std::get<0>(content_); }
  const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<T, Error> content_;
};

/// Success, or the reason why not.
template<>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : content_(std::move(error)) {}

  explicit operator bool() const { return content_.index() == 0; }
  const Error& error() const { return std::get<1>(content_); }

 private:
  std::variant<std::monostate, Error> content_;
};

}  // namespace duplex
