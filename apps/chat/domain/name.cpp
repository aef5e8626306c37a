#include "chat/domain/name.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>

#include <optional>
#include <stdexcept>

#include "chat/domain/limits.hpp"

namespace duplex::chat {
namespace {

using Normalizer = const icu::Normalizer2* (*)(UErrorCode&);

Error refuse(const char* rule) { return {ErrorCode::bad_request, rule}; }

// Nothing for what is not valid UTF-8; fromUTF8() would quietly put U+FFFD there.
std::optional<icu::UnicodeString> decode(std::string_view utf8) {
  icu::UnicodeString text;
  const auto capacity = static_cast<int32_t>(utf8.size());
  char16_t* units = text.getBuffer(capacity + 1);
  int32_t length = 0;
  UErrorCode status = U_ZERO_ERROR;
  u_strFromUTF8(units, capacity + 1, &length, utf8.data(), capacity, &status);
  text.releaseBuffer(U_SUCCESS(status) ? length : 0);
  if (U_FAILURE(status)) return std::nullopt;
  return text;
}

std::string encode(const icu::UnicodeString& text) {
  std::string utf8;
  text.toUTF8String(utf8);
  return utf8;
}

// ICU fails only without its data or memory: neither is a state to go on in.
icu::UnicodeString normalize(const icu::UnicodeString& text, Normalizer instance) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString normal = instance(status)->normalize(text, status);
  if (U_FAILURE(status)) throw std::runtime_error(u_errorName(status));
  return normal;
}

icu::UnicodeString fold(const icu::UnicodeString& text) {
  return normalize(text, icu::Normalizer2::getNFKCCasefoldInstance);
}

icu::UnicodeString trim(const icu::UnicodeString& text) {
  int32_t begin = 0;
  int32_t end = text.length();
  while (begin < end && u_isUWhiteSpace(text.char32At(begin))) begin = text.moveIndex32(begin, 1);
  while (end > begin && u_isUWhiteSpace(text.char32At(end - 1))) end = text.moveIndex32(end, -1);
  return icu::UnicodeString(text, begin, end - begin);
}

// Controls and invisible format characters: they reorder, hide or break lines in other people's pages.
bool has_forbidden_code_point(const icu::UnicodeString& text) {
  constexpr uint32_t forbidden = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
  for (int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1))
    if ((U_GET_GC_MASK(text.char32At(at)) & forbidden) != 0) return true;
  return false;
}

std::size_t count_code_points(const icu::UnicodeString& text) {
  return static_cast<std::size_t>(text.countChar32());
}

}  // namespace

Result<Name> Name::parse(std::string_view utf8) {
  if (utf8.size() > name_bytes_max) return refuse("a name has at most 32 characters");
  const auto typed = decode(utf8);
  if (!typed) return refuse("a name is valid UTF-8");
  const icu::UnicodeString text = trim(normalize(*typed, icu::Normalizer2::getNFKCInstance));
  const icu::UnicodeString key = trim(fold(text));
  if (has_forbidden_code_point(text)) return refuse("a name has no control or invisible characters");
  if (key.isEmpty()) return refuse("a name is not blank");
  if (count_code_points(text) > name_code_points_max) return refuse("a name has at most 32 characters");
  return Name(encode(text), encode(key));
}

Name Name::with_number(unsigned number) const {
  const icu::UnicodeString suffix =
      icu::UnicodeString(u" ") + icu::UnicodeString::fromUTF8(std::to_string(number));
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(text_);
  const auto room = static_cast<int32_t>(name_code_points_max - count_code_points(suffix));
  if (text.countChar32() > room) text.truncate(text.moveIndex32(0, room));
  const icu::UnicodeString numbered = trim(text) + suffix;
  return Name(encode(numbered), encode(fold(numbered)));
}

std::string search_key(std::string_view utf8) {
  if (utf8.size() > name_bytes_max) utf8 = utf8.substr(0, name_bytes_max);
  return encode(
      fold(icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<int32_t>(utf8.size())))));
}

}  // namespace duplex::chat
