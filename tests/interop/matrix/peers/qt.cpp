// Qt WebSockets. It does not compress; it cuts what is longer than a frame may be.
#include <QCoreApplication>
#include <QNetworkRequest>
#include <QWebSocket>
#include <QWebSocketServer>

#include "contract.hpp"

namespace {

using contract::Message;

constexpr quint64 frame_bytes_max = 16'384;
constexpr quint64 message_bytes_max = 1'073'741'824;

class QtPeer final : public contract::Peer {
 public:
  explicit QtPeer(QWebSocket& socket) : socket_(socket) {
    socket.setMaxAllowedIncomingMessageSize(message_bytes_max);
    socket.setMaxAllowedIncomingFrameSize(message_bytes_max);
    socket.setOutgoingFrameSize(frame_bytes_max);
  }

  void send(const Message& message) override {
    if (message.is_text) {
      socket_.sendTextMessage(QString::fromStdString(message.payload));
    } else {
      socket_.sendBinaryMessage(QByteArray::fromStdString(message.payload));
    }
  }
  void fragments(const Message& message) override { send(message); }
  void ping(const std::string& payload) override { socket_.ping(QByteArray::fromStdString(payload)); }
  void close(unsigned code, const std::string& reason) override {
    socket_.close(static_cast<QWebSocketProtocol::CloseCode>(code), QString::fromStdString(reason));
  }

 private:
  QWebSocket& socket_;
};

template<typename Heard>
void listen(QWebSocket& socket, Heard heard) {
  QObject::connect(&socket, &QWebSocket::textMessageReceived, [heard](const QString& text) {
    heard(Message{true, text.toStdString()});
  });
  QObject::connect(&socket, &QWebSocket::binaryMessageReceived, [heard](const QByteArray& bytes) {
    heard(Message{false, bytes.toStdString()});
  });
}

void run_client(const contract::Arguments& given) {
  QWebSocket socket(QString::fromStdString(given.origin));
  QtPeer peer(socket);
  contract::Script script(peer, given.actions);
  listen(socket, [&script](const Message& message) { script.heard(message.is_text, message.payload); });
  QObject::connect(&socket, &QWebSocket::connected, [&script] { script.next(); });
  QObject::connect(&socket, &QWebSocket::disconnected, [&socket] {
    contract::Script::ended(socket.closeCode(), socket.closeReason().toStdString());
    QCoreApplication::quit();
  });
  QNetworkRequest request(QUrl(QString::fromStdString(given.url)));
  for (const auto& [name, value] : given.headers) {
    request.setRawHeader(QByteArray::fromStdString(name), QByteArray::fromStdString(value));
  }
  socket.open(request);
  QCoreApplication::exec();
}

/// Lives as long as its socket.
class Session : public QObject {
 public:
  explicit Session(QWebSocket* socket)
      : QObject(socket), peer_(*socket), echo_(peer_, socket->requestUrl().path().toStdString()) {
    listen(*socket, [this](const Message& message) { echo_.heard(message); });
    QObject::connect(socket, &QWebSocket::disconnected, socket, &QObject::deleteLater);
    echo_.opened();
  }

 private:
  QtPeer peer_;
  contract::EchoSession echo_;
};

void run_server() {
  QWebSocketServer server("echo", QWebSocketServer::NonSecureMode);
  QObject::connect(&server, &QWebSocketServer::newConnection,
                   [&server] { new Session(server.nextPendingConnection()); });
  server.listen(QHostAddress::LocalHost);
  contract::report_listening(server.serverPort());
  QCoreApplication::exec();
}

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication application(argc, argv);
  const contract::Arguments given = contract::parse_arguments(argc, argv);
  if (given.role == "client") {
    run_client(given);
  } else {
    run_server();
  }
}
