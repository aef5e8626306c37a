// HTTP/1.1 as an application sees it: the request that opened a connection, and plain answers.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace duplex {

/// One header field line. Names compare case-insensitively (RFC 9110 §5.1).
struct HeaderField {
  std::string name;
  std::string value;
};

/// Header fields in the order in which they came; repeated names are kept apart.
class HeaderFields {
 public:
  HeaderFields() = default;
  HeaderFields(std::initializer_list<HeaderField> fields) : fields_(fields) {}

  void add(std::string name, std::string value) { fields_.push_back({std::move(name), std::move(value)}); }
  /// The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  /// Does any line of that name, read as a comma separated list, hold this token (case-insensitively)?
  bool has_token(std::string_view name, std::string_view token) const;

  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::vector<HeaderField> fields_;
};

enum class Scheme { http, https };

/// A request whose head (and body, for plain HTTP) is complete. A value.
struct Request {
  std::string method;
  std::string target;     ///< as it came: origin-form or absolute-form
  std::string path;       ///< percent-decoded, without the query; dot segments are refused before this exists
  std::string query;      ///< after '?', as it came; empty without one
  std::string authority;  ///< the target's authority, else Host
  int version_minor = 1;  ///< HTTP/1.x
  /// How it came to this server: https inside of TLS, then WebSocket is wss. A proxy in front may know
  /// better.
  Scheme scheme = Scheme::http;
  HeaderFields headers;
  std::string body;
  std::string remote_address;
  /// Who the client has proven to be: its certificate's subject, "CN=Ada,O=Example"; empty without one.
  std::string client_subject;
  /// What the route's `:name` parts matched, percent-decoded.
  std::vector<std::pair<std::string, std::string>> parameters;

  /// The route parameter of that name; empty when the route has none.
  std::string_view parameter(std::string_view name) const;
};

/// An answer. Content-Length, Date and Connection are added by the server; fields with CR, LF or NUL in them
/// are refused there (the answer becomes a 500).
struct Response {
  int status = 200;
  HeaderFields headers;
  std::string body;

  Response() = default;
  explicit Response(int status_code) : status(status_code) {}
  Response(int status_code, std::string text, std::string content_type = "text/plain; charset=utf-8")
      : status(status_code), headers{{"Content-Type", std::move(content_type)}}, body(std::move(text)) {}
};

/// "Not Found" for 404; empty for codes without a registered phrase.
std::string_view reason_phrase(int status);

}  // namespace duplex
