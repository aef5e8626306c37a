#include "subprotocol_offer.hpp"

#include <string_view>

namespace duplex::cli {

std::string first_offered_subprotocol(const Request& request) {
  const std::string_view offer = request.headers.find("Sec-WebSocket-Protocol").value_or(std::string_view());
  // Empty list elements and the spaces around elements do not count (RFC 9110 §5.6.1).
  const std::size_t begin = offer.find_first_not_of(", \t");
  if (begin == std::string_view::npos) return {};
  const std::size_t end = offer.find_first_of(", \t", begin);
  return std::string(offer.substr(begin, end - begin));
}

}  // namespace duplex::cli
