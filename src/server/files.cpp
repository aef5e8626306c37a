#include "server/files.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "http/static_file.hpp"

namespace duplex::server {

namespace {

namespace fs = std::filesystem;

void add(Response& response, const HeaderFields& headers) {
  for (const HeaderField& field : headers) response.headers.add(field.name, field.value);
}

/// The file that `path` names below `root`, if it is there and nowhere else.
std::optional<fs::path> resolve(const fs::path& root, std::string_view path) {
  std::error_code error;
  const fs::path canonical_root = fs::canonical(root, error);
  if (error) return std::nullopt;
  const fs::path file = fs::canonical(canonical_root / fs::path(path).relative_path(), error);
  if (error || !fs::is_regular_file(file, error)) return std::nullopt;
  const fs::path relative = file.lexically_relative(canonical_root);
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return file;
}

}  // namespace

HttpHandler serve_asset(Asset asset, HeaderFields headers) {
  auto file = std::make_shared<http::StaticFile>(asset.path, std::move(asset.content));
  if (!asset.content_type.empty()) file->content_type = asset.content_type;
  return [file = std::move(file), headers = std::move(headers)](const Request& request) {
    Response response = http::serve(*file, request);
    add(response, headers);
    return response;
  };
}

HttpHandler serve_folder(std::string directory, HeaderFields headers) {
  return [directory = std::move(directory), headers = std::move(headers)](const Request& request) {
    const std::string path = request.path == "/" ? "/index.html" : request.path;
    const std::optional<fs::path> name = resolve(directory, path);
    if (!name) return Response(404, "There is nothing here.\n");
    std::ifstream stream(*name, std::ios::binary);
    std::string content{std::istreambuf_iterator<char>(stream), {}};
    Response response = http::serve(http::StaticFile(path, std::move(content)), request);
    add(response, headers);
    return response;
  };
}

}  // namespace duplex::server
