// Shows the echo page what crosses the wire: it opens a connection below /.watched/TOKEN/, and a second one
// on
// /.frames/TOKEN that is told about every frame of the first.
#pragma once

#include <memory>
#include <string_view>

#include <duplex/handler.hpp>
#include <duplex/server.hpp>

namespace duplex::cli {

/// The token is what separates one user's frames from another's: 22 to 64 characters of A–Z a–z 0–9 - _, of
/// which the page makes 128 random bits. It is also a level of a topic, so '+' and '#' must never be in it.
bool is_watch_token(std::string_view token);

/// Turns route options into those of the two kinds of connections. Reports travel through topics of `server`,
/// which must outlive this object.
class FrameWatch : public std::enable_shared_from_this<FrameWatch> {
 public:
  explicit FrameWatch(Server& server) : server_(server) {}

  /// For routes with a ":token": reports the frames of their connections.
  RouteOptions watched(RouteOptions route);
  /// For the route that hears the reports, served by a FrameViewer.
  RouteOptions viewer(RouteOptions route) const;

 private:
  class Recorder;
  void report(Connection& peer, WireDirection direction, ConstBytes bytes);

  Server& server_;
};

/// A connection that listens to the frames of another. One report is one text message, a JSON object:
///
///   {"direction":"received","number":0,"at_us":1200,"header":"8185…","payload":"7f9f…","payload_bytes":5}
///
/// Direction is the server's view, `number` counts both directions (a gap: reports were dropped because the
/// page was too slow), `at_us` is the time since the connection opened, header and payload are hexadecimal as
/// on the wire, and the payload is cut as FrameExcerpt says.
class FrameViewer final : public Handler {
 public:
  void open(Connection& peer) override;
  void message(Connection&, const Message&) override {}
};

}  // namespace duplex::cli
