// Header fields that the handshake writes itself.
#pragma once

#include <duplex/errors.hpp>
#include <duplex/http.hpp>

namespace duplex::handshake {

/// May an application add these fields to the handshake? Not those that the handshake or the framing of HTTP
/// depends on, and none that could break out of its line. Errors are misuse and name the field.
Result<void> check_application_fields(const HeaderFields& fields);

}  // namespace duplex::handshake
