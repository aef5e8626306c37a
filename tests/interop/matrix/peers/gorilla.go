// github.com/gorilla/websocket. It never takes a context over, and cuts messages where its write buffer is full.
package main

import (
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

type gorilla struct {
	*websocket.Conn
}

func kindOf(isText bool) int {
	if isText {
		return websocket.TextMessage
	}
	return websocket.BinaryMessage
}

func (peer gorilla) Send(isText bool, data []byte) error {
	return peer.WriteMessage(kindOf(isText), data)
}

func (peer gorilla) Uncompressed(isText bool, data []byte) error {
	peer.EnableWriteCompression(false)
	defer peer.EnableWriteCompression(true)
	return peer.Send(isText, data)
}

func (peer gorilla) Fragments(isText bool, data []byte) error {
	writer, err := peer.NextWriter(kindOf(isText))
	if err != nil {
		return err
	}
	for _, part := range thirds(data) {
		if _, err := writer.Write(part); err != nil {
			return err
		}
	}
	return writer.Close()
}

func (peer gorilla) Ping(payload string) error {
	return peer.WriteControl(websocket.PingMessage, []byte(payload), time.Time{})
}

func (peer gorilla) Close(code int, reason string) error {
	return peer.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Time{})
}

func (peer gorilla) Receive() (bool, []byte, error) {
	kind, data, err := peer.ReadMessage()
	return kind == websocket.TextMessage, data, err
}

func (peer gorilla) End(err error) (int, string) {
	if closed, ok := err.(*websocket.CloseError); ok {
		return closed.Code, closed.Text
	}
	return websocket.CloseAbnormalClosure, err.Error()
}

func main() {
	given := parseArguments()
	if given.Role == "client" {
		dialer := websocket.Dialer{Subprotocols: given.Subprotocols, EnableCompression: given.Deflate != ""}
		connection, _, err := dialer.Dial(given.URL, given.Header)
		must(err)
		run(gorilla{connection}, given.Actions)
		return
	}
	upgrader := websocket.Upgrader{
		Subprotocols:      given.Subprotocols,
		EnableCompression: given.Deflate != "",
		CheckOrigin:       func(*http.Request) bool { return true },
	}
	listen(func(response http.ResponseWriter, request *http.Request) {
		connection, err := upgrader.Upgrade(response, request, nil)
		if err != nil {
			return
		}
		defer connection.Close()
		serve(gorilla{connection}, request.URL.Path)
	})
}
