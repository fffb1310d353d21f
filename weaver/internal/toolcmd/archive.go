package toolcmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// Archives are ar files of the common format: a magic line, then members of a
// 60-byte header and data padded to an even length. The linker and the go command
// pass over members whose short name has an extension other than .o and .syso.
//
// Source: loadobjfile in cmd/link/internal/ld/lib.go of go1.26.
const (
	arMagic  = "!<arch>\n"
	arHeader = 60
)

// AppendMember adds a member at the end of the archive. The name has an extension,
// has less than 16 bytes and stands in no other member.
func AppendMember(archive, name string, data []byte) error {
	if len(name) >= 16 {
		panic("archive member name too long: " + name)
	}
	f, err := os.OpenFile(archive, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	var b []byte
	if size%2 == 1 {
		b = append(b, 0)
	}
	// Time and owner are fixed: equal inputs make equal archives.
	b = fmt.Appendf(b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o644, len(data))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("%s: %w", archive, err)
	}
	return f.Close()
}

// ReadMember returns the data of the archive's member of that name, or nil if there
// is none.
func ReadMember(archive, name string) ([]byte, error) {
	f, err := os.Open(archive)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	magic := make([]byte, len(arMagic))
	if _, err := io.ReadFull(f, magic); err != nil || string(magic) != arMagic {
		return nil, fmt.Errorf("%s is not an archive", archive)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	header := make([]byte, arHeader)
	for {
		if _, err := io.ReadFull(f, header); err == io.EOF {
			return nil, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s is cut short: %w", archive, err)
		}
		size, err := strconv.ParseInt(strings.TrimSpace(string(header[48:58])), 10, 64)
		if err != nil || size < 0 {
			return nil, fmt.Errorf("%s has a member of unreadable size %q", archive, header[48:58])
		}
		if strings.TrimRight(string(header[:16]), " ") == name {
			data := make([]byte, size)
			if _, err := io.ReadFull(bufio.NewReader(f), data); err != nil {
				return nil, fmt.Errorf("%s is cut short: %w", archive, err)
			}
			return data, nil
		}
		at, err := f.Seek(size+size%2, io.SeekCurrent)
		if err != nil {
			return nil, err
		}
		if at-size%2 > info.Size() { // to seek beyond the end is no error
			return nil, fmt.Errorf("%s is cut short", archive)
		}
	}
}

// ContentID returns the hash of the archive's content that the compiler wrote into
// its first lines: build id "action/content".
func ContentID(archive string) (string, error) {
	f, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	_, rest, ok := strings.Cut(string(head[:n]), "\nbuild id \"")
	id, _, closed := strings.Cut(rest, "\"")
	if !ok || !closed {
		return "", fmt.Errorf("%s has no build id; if it is damaged, go clean -cache has all made anew", archive)
	}
	return id[strings.LastIndexByte(id, '/')+1:], nil
}

// ExportData returns what the archive tells those that import the package.
func ExportData(archive string) (string, error) {
	data, err := ReadMember(archive, "__.PKGDEF")
	if err != nil {
		return "", err
	}
	_, export, ok := strings.Cut(string(data), "\n$$B\n")
	if !ok {
		return "", fmt.Errorf("%s has no export data", archive)
	}
	return export, nil
}
