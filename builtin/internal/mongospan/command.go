package mongospan

import (
	"bytes"
	"encoding/binary"

	"github.com/goweaver/weaver/builtin/internal/telemetry"
)

// A command is what a message asks the server for.
type command struct {
	name       string // "" if it can not be told
	collection string // "" if it is about none
	size       int    // how many documents it brings along
}

// Of MongoDB's wire protocol: the operations that commands are sent by, and the types of
// BSON that matter here.
const (
	headerSize = 16
	opQuery    = 2004
	opMessage  = 2013

	bsonString = 0x02
	bsonInt64  = 0x12
)

// parse returns the command of a message, as far as it can be told: what is not as it should
// be is left out.
func parse(message []byte) (c command) {
	if len(message) < headerSize {
		return c
	}
	op, body := number(message[12:]), message[headerSize:]
	switch op {
	case opMessage: // flags, and sections: the command first
		if len(body) < 5 || body[4] != 0 {
			return c
		}
		doc, rest := document(body[5:])
		c = read(doc)
		c.size = count(rest)
	case opQuery: // flags, the namespace, and two numbers, before servers of version 3.6
		if len(body) < 4 {
			return c
		}
		end := bytes.IndexByte(body[4:], 0)
		if end < 0 || len(body) < 4+end+1+8 {
			return c
		}
		doc, _ := document(body[4+end+1+8:])
		c = read(doc)
	}
	return c
}

// number returns the 32-bit number that b starts with, which has four bytes at least.
func number(b []byte) int { return int(int32(binary.LittleEndian.Uint32(b))) }

// document returns the content of the BSON document that b starts with, and what follows.
func document(b []byte) (content, rest []byte) {
	if len(b) < 5 {
		return nil, nil
	}
	n := number(b)
	if n < 5 || n > len(b) {
		return nil, nil
	}
	return b[4 : n-1], b[n:]
}

// count returns how many documents are in the sections that follow a command, each a size, a
// name and documents.
func count(sections []byte) (n int) {
	for len(sections) >= 5 && sections[0] == 1 {
		size := number(sections[1:])
		if size < 4 || size > len(sections)-1 {
			return n
		}
		section := sections[5 : 1+size]
		sections = sections[1+size:]
		end := bytes.IndexByte(section, 0)
		if end < 0 {
			return n
		}
		for docs := section[end+1:]; len(docs) > 0; n++ {
			var doc []byte
			if doc, docs = document(docs); doc == nil {
				return n
			}
		}
	}
	return n
}

// read returns the command that is a document: the key of its first element, whose value is
// the collection of those commands that are about one.
func read(doc []byte) (c command) {
	kind, key, value, ok := element(doc)
	if !ok {
		return c
	}
	if key == "$query" && kind == 0x03 { // around the command, with a read preference
		inner, _ := document(value)
		return read(inner)
	}
	if c.name = word(key); c.name == "" {
		return c
	}
	switch {
	case kind == bsonString && isOnCollection(key):
		c.collection = text(value)
	case key == "getMore" && kind == bsonInt64 && len(value) >= 8:
		if kind, key, value, ok = element(value[8:]); ok && kind == bsonString && key == "collection" {
			c.collection = text(value)
		}
	}
	return c
}

// element returns the type, the key and what follows them of the element that doc starts with.
func element(doc []byte) (kind byte, key string, value []byte, ok bool) {
	if len(doc) == 0 {
		return 0, "", nil, false
	}
	end := bytes.IndexByte(doc[1:], 0)
	if end < 0 {
		return 0, "", nil, false
	}
	return doc[0], string(doc[1 : 1+end]), doc[1+end+1:], true
}

// longest is how many bytes of a name are told: MongoDB's longest namespace has as many.
const longest = 255

// text returns the string that a value starts with, as far as it can be told.
func text(value []byte) string {
	if len(value) < 5 {
		return ""
	}
	n := number(value)
	if n < 1 || n > len(value)-4 || n-1 > longest {
		return ""
	}
	return telemetry.Text(string(value[4 : 4+n-1]))
}

// word returns the key if it looks like the name of a command, else "": a program may send
// any document.
func word(key string) string {
	if len(key) > 48 {
		return ""
	}
	for i := range len(key) {
		if b := key[i]; (b < 'a' || b > 'z') && (b < 'A' || b > 'Z') && (b < '0' || b > '9') && b != '_' {
			return ""
		}
	}
	return key
}

// isOnCollection reports whether the value of the command of that name is a collection.
func isOnCollection(name string) bool {
	switch name {
	case "aggregate", "collMod", "collStats", "count", "create", "createIndexes", "createSearchIndexes", "delete", "distinct", "drop",
		"dropIndexes", "dropSearchIndex", "find", "findAndModify", "findandmodify", "insert", "killCursors", "listIndexes",
		"mapReduce", "mapreduce", "reIndex", "update", "updateSearchIndex", "validate":
		return true
	}
	return false
}
