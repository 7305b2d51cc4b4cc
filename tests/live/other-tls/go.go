// A side of a talk, by Go's crypto/tls. See record.sh for its arguments.
// SPDX-License-Identifier: GPL-2.0-or-later
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatalf("go: %v", err)
	}
	return value
}

func config(certificates, name, alpn string) *tls.Config {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(must(os.ReadFile(certificates + "/ca.crt")))
	config := &tls.Config{
		RootCAs:            roots,
		ClientCAs:          roots,
		ServerName:         "nagoya.qkdn.example",
		ClientAuth:         tls.VerifyClientCertIfGiven,
		ClientSessionCache: tls.NewLRUClientSessionCache(1),
		KeyLogWriter:       must(os.OpenFile(os.Getenv("SSLKEYLOGFILE"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)),
	}
	if name != "-" {
		own := must(tls.LoadX509KeyPair(certificates+"/"+name+".crt", certificates+"/"+name+".key"))
		config.Certificates = []tls.Certificate{own}
	}
	if alpn != "-" {
		config.NextProtos = []string{alpn}
	}
	return config
}

// Plays its own lines, and reads what the other side's lines say.
func play(raw net.Conn, conn *tls.Conn, role, talk string) {
	lines := bufio.NewScanner(must(os.Open(talk)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		own := words[0] == role
		switch {
		case words[1] == "write" && own:
			must(conn.Write(must(hex.DecodeString(words[2]))))
		case words[1] == "write":
			must(io.ReadFull(conn, make([]byte, len(words[2])/2)))
		case words[1] == "close" && own:
			conn.CloseWrite()
			io.Copy(io.Discard, conn)
			raw.Close()
		case words[1] == "drop" && own:
			raw.Close()
		case words[1] == "close" || words[1] == "drop":
			io.Copy(io.Discard, conn)
			conn.Close()
		case own:
			log.Fatalf("go: cannot %s", words[1])
		}
	}
}

func main() {
	role, own, peer := os.Args[1], must(net.ResolveTCPAddr("tcp4", os.Args[2])), os.Args[3]
	config := config(os.Args[4], os.Args[5], os.Args[6])
	var listener net.Listener
	if role == "server" {
		listener = must(net.Listen("tcp4", own.String()))
		fmt.Println("ready")
	}
	for _, talk := range os.Args[7:] {
		if role == "server" {
			raw := must(listener.Accept())
			play(raw, tls.Server(raw, config), role, talk)
		} else {
			raw := must((&net.Dialer{LocalAddr: own}).Dial("tcp4", peer))
			play(raw, tls.Client(raw, config), role, talk)
			own.Port++
		}
	}
}
