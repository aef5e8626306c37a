// nhooyr.io/websocket. Its Pings carry a number of its own; what is short, and only that, it does not compress.
package main

import (
	"context"
	"errors"
	"net/http"

	"nhooyr.io/websocket"
)

const messageBytesMax = 1 << 30

type message struct {
	isText bool
	data   []byte
	err    error
}

// A Ping waits for its Pong, which somebody has to read: messages come through a channel.
type nhooyr struct {
	connection *websocket.Conn
	incoming   chan message
}

func newPeer(connection *websocket.Conn) nhooyr {
	connection.SetReadLimit(messageBytesMax)
	peer := nhooyr{connection, make(chan message, 16)}
	go func() {
		for {
			kind, data, err := connection.Read(context.Background())
			peer.incoming <- message{kind == websocket.MessageText, data, err}
			if err != nil {
				return
			}
		}
	}()
	return peer
}

func kindOf(isText bool) websocket.MessageType {
	if isText {
		return websocket.MessageText
	}
	return websocket.MessageBinary
}

func (peer nhooyr) Send(isText bool, data []byte) error {
	return peer.connection.Write(context.Background(), kindOf(isText), data)
}

func (peer nhooyr) Uncompressed(bool, []byte) error {
	return errors.New("not in this library")
}

func (peer nhooyr) Fragments(isText bool, data []byte) error {
	writer, err := peer.connection.Writer(context.Background(), kindOf(isText))
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

func (peer nhooyr) Ping(string) error {
	return peer.connection.Ping(context.Background())
}

func (peer nhooyr) Close(code int, reason string) error {
	peer.connection.Close(websocket.StatusCode(code), reason)
	return nil
}

func (peer nhooyr) Receive() (bool, []byte, error) {
	next := <-peer.incoming
	return next.isText, next.data, next.err
}

func (peer nhooyr) End(err error) (int, string) {
	var closed websocket.CloseError
	if errors.As(err, &closed) {
		return int(closed.Code), closed.Reason
	}
	return int(websocket.StatusAbnormalClosure), err.Error()
}

func modeOf(deflate string) websocket.CompressionMode {
	switch deflate {
	case "default":
		return websocket.CompressionContextTakeover
	case "no-takeover":
		return websocket.CompressionNoContextTakeover
	}
	return websocket.CompressionDisabled
}

func main() {
	given := parseArguments()
	mode := modeOf(given.Deflate)
	if given.Role == "client" {
		options := websocket.DialOptions{HTTPHeader: given.Header, Subprotocols: given.Subprotocols, CompressionMode: mode}
		connection, _, err := websocket.Dial(context.Background(), given.URL, &options)
		must(err)
		run(newPeer(connection), given.Actions)
		return
	}
	options := websocket.AcceptOptions{
		Subprotocols: given.Subprotocols, InsecureSkipVerify: true, CompressionMode: mode}
	listen(func(response http.ResponseWriter, request *http.Request) {
		connection, err := websocket.Accept(response, request, &options)
		if err != nil {
			return
		}
		serve(newPeer(connection), request.URL.Path)
	})
}
