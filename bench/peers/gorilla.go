// github.com/gorilla/websocket. It never takes a context over.
package main

import (
	"flag"
	"fmt"
	"log"
	"net/http"
	"sync"

	"github.com/gorilla/websocket"
)

// Who is this far behind is cut, as in gorilla's own example of a chat.
const messagesWaitingMax = 256

type hub struct {
	mutex       sync.Mutex
	subscribers map[chan *websocket.PreparedMessage]*websocket.Conn
}

func (all *hub) publish(kind int, data []byte) {
	message, err := websocket.NewPreparedMessage(kind, data)
	if err != nil {
		log.Fatal(err)
	}
	all.mutex.Lock()
	defer all.mutex.Unlock()
	for subscriber, connection := range all.subscribers {
		select {
		case subscriber <- message:
		default:
			delete(all.subscribers, subscriber)
			connection.Close()
		}
	}
}

func (all *hub) subscribe(connection *websocket.Conn) {
	waiting := make(chan *websocket.PreparedMessage, messagesWaitingMax)
	all.mutex.Lock()
	all.subscribers[waiting] = connection
	all.mutex.Unlock()
	go func() {
		for message := range waiting {
			// A connection that is gone takes nothing, and its messages must not pile up.
			_ = connection.WritePreparedMessage(message)
		}
	}()
	for {
		if _, _, err := connection.ReadMessage(); err != nil {
			break
		}
	}
	all.mutex.Lock()
	delete(all.subscribers, waiting)
	all.mutex.Unlock()
	close(waiting)
}

func (all *hub) hearPublisher(connection *websocket.Conn) {
	for {
		kind, data, err := connection.ReadMessage()
		if err != nil {
			return
		}
		all.publish(kind, data)
	}
}

func echo(connection *websocket.Conn) {
	for {
		kind, data, err := connection.ReadMessage()
		if err != nil || connection.WriteMessage(kind, data) != nil {
			return
		}
	}
}

func main() {
	port := flag.Int("port", 9001, "on 127.0.0.1")
	mode := flag.String("mode", "plain", "plain or pmd")
	topics := flag.Bool("topics", false, "/sub subscribes, /pub publishes")
	certificate := flag.String("tls-certificate", "", "a file")
	key := flag.String("tls-key", "", "a file; without it there is no TLS")
	flag.Parse()
	upgrader := websocket.Upgrader{EnableCompression: *mode != "plain"}
	all := &hub{subscribers: map[chan *websocket.PreparedMessage]*websocket.Conn{}}
	serve := func(response http.ResponseWriter, request *http.Request) {
		connection, err := upgrader.Upgrade(response, request, nil)
		if err != nil {
			return
		}
		defer connection.Close()
		switch {
		case *topics && request.URL.Path == "/sub":
			all.subscribe(connection)
		case *topics && request.URL.Path == "/pub":
			all.hearPublisher(connection)
		default:
			echo(connection)
		}
	}
	address := fmt.Sprintf("127.0.0.1:%d", *port)
	if *key != "" {
		log.Fatal(http.ListenAndServeTLS(address, *certificate, *key, http.HandlerFunc(serve)))
	}
	log.Fatal(http.ListenAndServe(address, http.HandlerFunc(serve)))
}
