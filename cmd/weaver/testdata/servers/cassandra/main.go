// Command server speaks as much of Cassandra's native protocol, version 4, as a driver needs to
// connect and the scripts to ask: there is one node that keeps nothing, and answers by what the
// statement is about. It prints its address and ends with its standard input.
package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
)

// The protocol's opcodes, kinds of results and types.
const (
	opError, opStartup, opReady, opOptions, opSupported          = 0x00, 0x01, 0x02, 0x05, 0x06
	opQuery, opResult, opPrepare, opExecute, opRegister, opBatch = 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0D

	void, rows, keyspace, prepared = 1, 2, 3, 4

	uuid, varchar, inet, set = 0x0C, 0x0D, 0x10, 0x22

	hasPagingState = 0x08 // of a query's flags
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go serve(conn)
		}
	}()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// serve answers one request after the other.
func serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		header := make([]byte, 9)
		if _, err := io.ReadFull(in, header); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(header[5:]))
		if _, err := io.ReadFull(in, body); err != nil {
			return
		}
		opcode, answer := respond(header[4], body)
		frame := append([]byte{0x84, 0, header[2], header[3], opcode}, u32(len(answer))...)
		if _, err := conn.Write(append(frame, answer...)); err != nil {
			return
		}
	}
}

// respond returns the answer to a request.
func respond(opcode byte, body []byte) (byte, []byte) {
	switch opcode {
	case opOptions:
		return opSupported, u16(0)
	case opStartup, opRegister:
		return opReady, nil
	case opBatch:
		return opResult, u32(void)
	case opQuery:
		n := int(binary.BigEndian.Uint32(body))
		return query(string(body[4:4+n]), body[4+n:])
	case opPrepare:
		return prepare(string(body[4:]))
	case opExecute: // the id is the statement
		n := int(binary.BigEndian.Uint16(body))
		return query(string(body[2:2+n]), body[2+n:])
	}
	return failure(0x000A, "what is that?")
}

// prepare returns a statement's id and what it takes and returns: text.
func prepare(statement string) (byte, []byte) {
	n := strings.Count(statement, "?")
	out := append(u32(prepared), str(statement)...)
	out = append(out, u32(1)...) // all columns are of one table
	out = append(append(out, u32(n)...), u32(0)...)
	out = append(append(out, str("shop")...), str("orders")...)
	for i := range n {
		out = append(append(out, str(fmt.Sprint("p", i))...), u16(varchar)...)
	}
	if strings.HasPrefix(statement, "SELECT") {
		return opResult, append(out, columns(1, column{"product", u16(varchar)})...)
	}
	return opResult, append(append(out, u32(4)...), u32(0)...) // none
}

// query answers a statement; what follows it says how.
func query(statement string, rest []byte) (byte, []byte) {
	more := len(rest) >= 3 && rest[2]&hasPagingState == 0 && strings.Contains(statement, "FROM pages")
	switch {
	case strings.Contains(statement, "system.local"):
		return opResult, local()
	case strings.HasPrefix(statement, "SELECT * FROM system"):
		return opResult, append(append(u32(rows), columns(1, column{"peer", u16(inet)})...), u32(0)...)
	case strings.HasPrefix(statement, "USE "):
		return opResult, append(u32(keyspace), str("shop")...)
	case strings.Contains(statement, "nosuch"):
		return failure(0x2200, "unconfigured table nosuch, in 's3cret'")
	case strings.HasPrefix(statement, "SELECT") && more:
		out := append(u32(rows), u32(1|2)...) // of one table, and there are more
		out = append(append(out, u32(1)...), value("next")...)
		out = append(append(out, str("shop")...), str("orders")...)
		out = append(append(out, str("product")...), u16(varchar)...)
		return opResult, append(append(out, u32(1)...), value("sencha")...)
	case strings.HasPrefix(statement, "SELECT"):
		out := append(u32(rows), columns(1, column{"product", u16(varchar)})...)
		return opResult, append(append(out, u32(1)...), value("assam")...)
	}
	return opResult, u32(void)
}

// local returns what the node says of itself.
func local() []byte {
	text := func(name string) column { return column{name, u16(varchar)} }
	all := []column{text("key"), text("data_center"), text("rack"), text("release_version"), text("partitioner"), text("cluster_name"),
		{"host_id", u16(uuid)}, {"rpc_address", u16(inet)}, {"tokens", append(u16(set), u16(varchar)...)}}
	out := append(append(u32(rows), columns(1, all...)...), u32(1)...)
	for _, v := range []string{"local", "dc1", "rack1", "4.0.0", "org.apache.cassandra.dht.Murmur3Partitioner", "test",
		"0123456789abcdef", "\x7f\x00\x00\x01", string(append(u32(1), value("0")...))} {
		out = append(out, value(v)...)
	}
	return out
}

type column struct {
	name string
	kind []byte
}

// columns returns what is said of rows before them.
func columns(flags int, all ...column) []byte {
	out := append(append(u32(flags), u32(len(all))...), append(str("shop"), str("orders")...)...)
	for _, c := range all {
		out = append(append(out, str(c.name)...), c.kind...)
	}
	return out
}

func failure(code int, message string) (byte, []byte) {
	return opError, append(u32(code), str(message)...)
}

func u16(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) }
func u32(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func str(s string) []byte   { return append(u16(len(s)), s...) }
func value(s string) []byte { return append(u32(len(s)), s...) }
