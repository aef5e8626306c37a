// The contract of README.md for peers in Go, whose calls block.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"math/rand"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
)

// Peer is one connection as a library shows it; fragments may be any number of frames.
type Peer interface {
	Send(isText bool, data []byte) error
	Fragments(isText bool, data []byte) error
	Uncompressed(isText bool, data []byte) error
	Ping(payload string) error
	Close(code int, reason string) error
	Receive() (isText bool, data []byte, err error)
	End(err error) (code int, reason string)
}

type Arguments struct {
	Role, URL, Deflate    string
	Subprotocols, Actions []string
	Header                http.Header
}

func parseArguments() Arguments {
	given := Arguments{Role: os.Args[1], Header: http.Header{}}
	for rest := os.Args[2:]; len(rest) > 0; rest = rest[1:] {
		flag := rest[0]
		if !strings.HasPrefix(flag, "--") {
			given.Actions = append(given.Actions, flag)
			continue
		}
		value := rest[1]
		rest = rest[1:]
		switch flag {
		case "--subprotocol":
			given.Subprotocols = append(given.Subprotocols, value)
		case "--origin":
			given.Header.Set("Origin", value)
		case "--header":
			parts := strings.SplitN(value, ":", 2)
			given.Header.Set(parts[0], parts[1])
		case "--deflate":
			given.Deflate = value
		}
	}
	if given.Role == "client" {
		given.URL, given.Actions = given.Actions[0], given.Actions[1:]
	}
	return given
}

func report(event map[string]interface{}) {
	line, _ := json.Marshal(event)
	fmt.Println(string(line))
}

// must ends a client that cannot go on; its last line says why.
func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// run is the client: one action after the other, then whatever comes until the end.
func run(peer Peer, actions []string) {
	for _, action := range actions {
		parts := append(strings.SplitN(action, ":", 3), "", "")
		perform(peer, parts[0], parts[1], parts[2])
	}
	for {
		if _, _, err := peer.Receive(); err != nil {
			code, reason := peer.End(err)
			report(map[string]interface{}{"event": "closed", "code": code, "reason": reason})
			return
		}
	}
}

func perform(peer Peer, verb, what, more string) {
	switch verb {
	case "echo":
		exchange(peer, peer.Send, what, more)
	case "uncompressed":
		exchange(peer, peer.Uncompressed, what, more)
	case "fragments":
		exchange(peer, peer.Fragments, what, more)
	case "burst":
		burst(peer, number(what))
	case "ping":
		must(peer.Ping(what))
	case "close":
		must(peer.Close(number(what), more))
	}
}

func exchange(peer Peer, send func(bool, []byte) error, kind, size string) {
	message := payload(kind, number(size))
	must(send(kind == "text", message))
	isText, answer, err := peer.Receive()
	must(err)
	report(map[string]interface{}{"event": "echo", "same": isText == (kind == "text") && bytes.Equal(answer, message)})
}

func burst(peer Peer, count int) {
	text := func(i int) []byte { return []byte(fmt.Sprintf("message %d", i)) }
	for i := 0; i < count; i++ {
		must(peer.Send(true, text(i)))
	}
	same := true
	for i := 0; i < count; i++ {
		isText, answer, err := peer.Receive()
		must(err)
		same = same && isText && bytes.Equal(answer, text(i))
	}
	report(map[string]interface{}{"event": "echo", "same": same})
}

// serve is the server, one connection of it.
func serve(peer Peer, path string) {
	if path == "/close" {
		peer.Close(4001, "enough – ü")
	}
	if path == "/ping" {
		peer.Ping("are you there?")
	}
	for count := 1; ; count++ {
		isText, data, err := peer.Receive()
		if err != nil {
			return
		}
		switch {
		case path == "/fragments":
			peer.Fragments(isText, data)
		case path == "/mixed" && count%2 == 0:
			peer.Uncompressed(isText, data)
		default:
			peer.Send(isText, data)
		}
	}
}

// listen serves HTTP on a free port.
func listen(handler http.HandlerFunc) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	report(map[string]interface{}{"event": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	must(http.Serve(listener, handler))
}

// payload: text has characters of one to four bytes each.
func payload(kind string, size int) []byte {
	if kind == "text" {
		return []byte(strings.Repeat("aé€😀", size/10) + strings.Repeat("x", size%10))
	}
	data := make([]byte, size)
	for i := range data {
		data[i] = byte(i % 251)
	}
	if kind == "noise" {
		rand.Read(data)
	}
	return data
}

func thirds(data []byte) [][]byte {
	third := len(data) / 3
	return [][]byte{data[:third], data[third : 2*third], data[2*third:]}
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	must(err)
	return value
}
