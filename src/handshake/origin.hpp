// Which web pages may connect (RFC 6455 §10.2). Browsers send cookies to foreign servers and name the page's
// origin; without this check every page on the web could act with its visitors' sessions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <duplex/http.hpp>

namespace duplex::handshake {

/// A request without Origin is accepted: it does not come from a browser (RFC 6455 §4.2.1), and whoever is
/// not a browser can send any Origin. An origin whose host and port are those of the request's authority is
/// accepted, with either scheme, because TLS may end in front of us. Others must be in `allowed`, compared as
/// a whole: serialised origins, `null`, or `*` for all.
bool is_origin_allowed(const Request& request, const std::vector<std::string>& allowed);

/// The 403, naming the origin and the remedy.
Response refuse_origin(std::string_view origin);

}  // namespace duplex::handshake
