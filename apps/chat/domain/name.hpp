// The visible name of a person or a room: what is shown, and the key by which two names are the same.
#pragma once

#include <string>
#include <string_view>

#include "chat/domain/result.hpp"

namespace duplex::chat {

// A value. `text` is the NFKC form without blanks at its ends; `key` is NFKC_Casefold of it, so "Straße",
// "STRASSE" and "ｓｔｒａｓｓｅ" have one key. Names are 1 to 32 code points (of the NFKC form: a combined
// emoji counts each of its parts) and hold no Cc, Cf, Zl, Zp and no unassigned, private or surrogate code
// point.
class Name {
 public:
  // `utf8` is what somebody typed; the error is `bad_request` with a sentence that says which rule it breaks.
  static Result<Name> parse(std::string_view utf8);

  // A name that a store kept: it was parsed once, and must stay as it was when the Unicode tables grow.
  static Name restore(std::string text, std::string key) { return Name(std::move(text), std::move(key)); }

  const std::string& text() const { return text_; }
  const std::string& key() const { return key_; }

  // This name followed by a space and the number, shortened where 32 code points would be exceeded.
  Name with_number(unsigned number) const;

  friend bool operator==(const Name&, const Name&) = default;

 private:
  Name(std::string text, std::string key) : text_(std::move(text)), key_(std::move(key)) {}

  std::string text_;
  std::string key_;
};

// The key of a search text: folded like a name, but without a name's rules.
std::string search_key(std::string_view utf8);

}  // namespace duplex::chat
