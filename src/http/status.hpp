// Refusals in one form.
#pragma once

#include <string_view>

#include <duplex/http.hpp>

namespace duplex::http {

/// An error response with `text` as its body. 429 and 431 must not be stored by caches (RFC 6585 §4, §5).
Response make_refusal(int status, std::string_view text);
/// The same, and the connection ends after it.
Response make_closing_refusal(int status, std::string_view text);

}  // namespace duplex::http
