// Static files as HTTP handlers.
#pragma once

#include <string>
#include <vector>

#include <duplex/server.hpp>

namespace duplex::server {

/// Serves one file from memory with ETag and 304; `headers` are added to each answer.
HttpHandler serve_asset(Asset asset, HeaderFields headers);

/// Serves the files below `directory`, read anew for every request; "/" is "/index.html". Symbolic links that
/// lead out of it are not followed.
HttpHandler serve_folder(std::string directory, HeaderFields headers);

}  // namespace duplex::server
