// Reads a client's message: JSON text in, a command or the reason why it is none out.
#pragma once

#include <memory>
#include <string_view>

#include "chat/session/command.hpp"

namespace duplex::chat {

// Keeps the parser's memory between messages; one thread at a time. Fields that are not known are ignored; of
// a field that comes twice the first one counts. Numbers are integers when they are written as such: 5.0 is
// none. Escaped surrogates that are not a pair, and numbers that no program could hold, are `bad_request`.
class CommandReader {
 public:
  CommandReader();
  ~CommandReader();

  // `text` is valid UTF-8.
  Incoming read(std::string_view text);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace duplex::chat
