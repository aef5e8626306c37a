#include "server/routes.hpp"

#include <algorithm>

namespace duplex::server {

namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_rest(std::string_view segment) { return segment == "*"; }
bool is_parameter(std::string_view segment) { return segment.size() > 1 && segment.front() == ':'; }

/// Lower is more literal.
int vagueness(std::string_view segment) { return is_rest(segment) ? 2 : is_parameter(segment) ? 1 : 0; }

}  // namespace

const HttpHandler* Route::handler_for(std::string_view method) const {
  const auto found = methods.find(std::string(method == "HEAD" ? "GET" : method));
  return found == methods.end() ? nullptr : &found->second;
}

std::string Route::allowed_methods() const {
  std::string allowed;
  const auto add = [&allowed](std::string_view method) {
    if (!allowed.empty()) allowed += ", ";
    allowed += method;
  };
  for (const auto& [method, handler] : methods) {
    add(method);
    if (method == "GET") add("HEAD");
  }
  if (web_socket && methods.count("GET") == 0) add("GET");
  return allowed;
}

Route& Routes::at(std::string_view pattern) {
  const auto same = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const auto& entry) { return entry->pattern == pattern; });
  if (same != entries_.end()) return (*same)->route;
  auto entry = std::make_unique<Entry>();
  entry->pattern = pattern;
  entry->segments = split(pattern);
  return entries_.emplace_back(std::move(entry))->route;
}

Routes::Match Routes::find(std::string_view path) const {
  const std::vector<std::string> segments = split(path);
  const Entry* best = nullptr;
  RouteParameters parameters;
  for (const auto& entry : entries_) {
    if (best != nullptr && !is_more_literal(*entry, *best)) continue;
    if (auto matched = match(*entry, segments)) {
      best = entry.get();
      parameters = std::move(*matched);
    }
  }
  return {best == nullptr ? nullptr : &best->route, std::move(parameters)};
}

std::optional<RouteParameters> Routes::match(const Entry& entry, const std::vector<std::string>& segments) {
  RouteParameters parameters;
  for (std::size_t index = 0; index < entry.segments.size(); ++index) {
    const std::string& wanted = entry.segments[index];
    if (is_rest(wanted)) return parameters;
    if (index >= segments.size()) return std::nullopt;
    if (is_parameter(wanted)) {
      if (segments[index].empty()) return std::nullopt;
      parameters.emplace_back(wanted.substr(1), segments[index]);
    } else if (wanted != segments[index]) {
      return std::nullopt;
    }
  }
  if (entry.segments.size() != segments.size()) return std::nullopt;
  return parameters;
}

bool Routes::is_more_literal(const Entry& left, const Entry& right) {
  const std::size_t common = std::min(left.segments.size(), right.segments.size());
  for (std::size_t index = 0; index < common; ++index) {
    const int difference = vagueness(left.segments[index]) - vagueness(right.segments[index]);
    if (difference != 0) return difference < 0;
  }
  return left.segments.size() > right.segments.size();
}

}  // namespace duplex::server
