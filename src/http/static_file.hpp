// Files that a server holds in memory and serves unchanged.
#pragma once

#include <string>
#include <string_view>

#include <duplex/http.hpp>

namespace duplex::http {

/// A file with everything that does not change between requests. A value.
struct StaticFile {
  std::string content;
  std::string content_type;
  std::string entity_tag;  ///< strong, with its quotes (RFC 9110 §8.8.3)
  std::string cache_control;

  /// `cache_control` as it goes into the field: "no-cache" makes browsers ask each time and get a 304.
  StaticFile(std::string_view path, std::string bytes, std::string cache_policy = "no-cache");
};

/// The media type for a file name's extension; `application/octet-stream` for unknown ones.
std::string_view content_type(std::string_view path);

/// A strong entity tag: equal content has equal tags. No defence against someone who makes collisions in his
/// own files.
std::string make_entity_tag(std::string_view content);

/// GET and HEAD (the writer drops the body for HEAD), 304 where If-None-Match names the tag, else 405.
Response serve(const StaticFile& file, const Request& request);

}  // namespace duplex::http
