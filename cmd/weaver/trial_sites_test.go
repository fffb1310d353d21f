package main_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A siteRecord is what weaver keeps in an archive: how many places each rule was
// woven at, and what could not be.
type siteRecord struct {
	Sites map[string]int
	Found []struct{ Pos, Aspect, Rule, Text string }
}

// readRecord reads the member record.json of an archive, which has the format of ar(1).
func readRecord(archive string) (*siteRecord, error) {
	data, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	rec := &siteRecord{}
	const magic, header = "!<arch>\n", 60
	for at := len(magic); at+header <= len(data); {
		name := strings.TrimRight(string(data[at:at+16]), " /")
		size, err := strconv.Atoi(strings.TrimSpace(string(data[at+48 : at+58])))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", archive, err)
		}
		body := data[at+header : at+header+size]
		if name == "record.json" {
			return rec, json.Unmarshal(body, rec)
		}
		at += header + size + size%2
	}
	return rec, nil
}
