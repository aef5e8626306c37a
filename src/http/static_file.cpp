#include "http/static_file.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "http/fields.hpp"
#include "http/status.hpp"

namespace duplex::http {
namespace {

struct MediaType {
  std::string_view extension;
  std::string_view type;
};

constexpr auto media_types = std::to_array<MediaType>({
    {"html", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"xml", "application/xml"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"ico", "image/x-icon"},
    {"woff2", "font/woff2"},
    {"wasm", "application/wasm"},
    {"mp3", "audio/mpeg"},
    {"pdf", "application/pdf"},
});

/// Does one line of If-None-Match name the tag? Weak comparison: `W/` makes no difference (RFC 9110 §13.1.2).
bool names_tag(std::string_view line, std::string_view tag) {
  while (!line.empty()) {
    const std::size_t open = line.find('"');
    if (open == std::string_view::npos) return false;
    const std::size_t close = line.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (line.substr(open, close - open + 1) == tag) return true;
    line.remove_prefix(close + 1);
  }
  return false;
}

bool is_already_there(const Request& request, std::string_view tag) {
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const HeaderField& field) {
    return equal_ignoring_case(field.name, "If-None-Match") &&
           (field.value == "*" || names_tag(field.value, tag));
  });
}

}  // namespace

StaticFile::StaticFile(std::string_view path, std::string bytes, std::string cache_policy)
    : content(std::move(bytes)),
      content_type(http::content_type(path)),
      entity_tag(make_entity_tag(content)),
      cache_control(std::move(cache_policy)) {}

std::string_view content_type(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0: the path is the name
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos)
    for (const MediaType& known : media_types)
      if (equal_ignoring_case(known.extension, name.substr(dot + 1))) return known.type;
  return "application/octet-stream";
}

std::string make_entity_tag(std::string_view content) {
  std::uint64_t hash = 14'695'981'039'346'656'037u;  // FNV-1a
  for (const char character : content) {
    hash ^= static_cast<unsigned char>(character);
    hash *= 1'099'511'628'211u;
  }
  std::array<char, 48> tag{};
  const int length =
      std::snprintf(tag.data(), tag.size(), "\"%016llx-%llx\"", static_cast<unsigned long long>(hash),
                    static_cast<unsigned long long>(content.size()));
  return {tag.data(), static_cast<std::size_t>(length)};
}

Response serve(const StaticFile& file, const Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    Response refusal = make_refusal(405, "This file can be read with GET or HEAD.");
    refusal.headers.add("Allow", "GET, HEAD");
    return refusal;
  }
  Response response(200);
  response.headers.add("ETag", file.entity_tag);
  response.headers.add("Cache-Control", file.cache_control);
  if (is_already_there(request, file.entity_tag)) {
    response.status = 304;
    return response;
  }
  response.headers.add("Content-Type", file.content_type);
  response.body = file.content;
  return response;
}

}  // namespace duplex::http
