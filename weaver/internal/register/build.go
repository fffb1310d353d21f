package register

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/goweaver/weaver/weaver/internal/plan"
)

// The registration binary outlives the build that made it, and so does what a build left
// that was killed, or ran out of disk, while it wrote. Two files are kept: the go
// command's output, by which it sees at the next build that nothing is to be done, and a
// copy whose name holds the hash of its content, so that a build that runs keeps its tool
// when the next one compiles another. The go command takes an output for whole if it
// starts like one. But only of a whole one a copy is made, so an output that was there
// before, and that there is no copy of, is not trusted.

// build has the go command compile the registration file for this machine and returns
// the binary.
func (p *preparation) build() (string, error) {
	key := sha256.Sum256([]byte(p.root + "\n" + p.reg.File + "\n" + strings.Join(p.Line.Host, "\n")))
	dir := filepath.Join(p.Cache, "bin", hex.EncodeToString(key[:8]))
	unlock, err := plan.Lock(filepath.Join(dir, "lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	exe := ""
	if p.env["GOHOSTOS"] == "windows" {
		exe = ".exe"
	}
	staged := filepath.Join(dir, "latest"+exe)
	before := start(staged)
	if p.Compiling != nil {
		defer p.Compiling(before == nil)()
	}
	for {
		data, err := p.compile(staged)
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256(data)
		binary := filepath.Join(dir, hex.EncodeToString(sum[:8]), plan.ToolName+exe)
		if old, err := os.ReadFile(binary); err == nil && bytes.Equal(old, data) {
			return binary, nil
		}
		if before == nil || !bytes.HasPrefix(data, before) {
			return binary, plan.WriteProgram(binary, data)
		}
		before = nil // the go command had nothing to do, and should have had
		if err := os.Remove(staged); err != nil {
			return "", err
		}
	}
}

// compile has the go command write the binary to the file, and returns it.
func (p *preparation) compile(staged string) ([]byte, error) {
	// -buildvcs=false: the binary's own revision is nobody's concern, and asking git
	// takes longer than all the rest. Without -trimpath it shares what it is compiled from
	// with the tool that go tool has built just before.
	args := append([]string{"build", "-buildvcs=false", "-ldflags=-s -w"}, p.reg.hostFlags...)
	if _, err := p.host().output(append(args, "-o", staged, p.reg.File)...); err != nil {
		return nil, &BuildError{File: p.reg.File, Message: err.Error()}
	}
	if err := os.Chmod(staged, 0o700); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(staged)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte(archiveMagic)) {
		return nil, &BuildError{File: p.reg.File, Message: notMain(p.reg.File)}
	}
	return data, nil
}

// archiveMagic is what the output starts with of a package that is no program.
const archiveMagic = "!<arch>\n"

// start returns as much of the file's start as has the build ID in it, which no two
// binaries share, and nil if there is no such file. What is no program is removed: the go
// command would not overwrite that.
//
// Source: readSize in cmd/internal/buildid/buildid.go of go1.26.
func start(file string) []byte {
	data, err := buildID(file)
	if data == nil { // it can not be opened
		return nil
	}
	if err != nil || len(data) == 0 || data[0] == 0 || bytes.HasPrefix(data, []byte(archiveMagic)) {
		_ = os.Remove(file)
		return nil
	}
	return data
}

// buildID returns as much of the file's start as has the build ID in it.
func buildID(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, 32<<10))
	return data, errors.Join(err, f.Close())
}

// notMain says that the registration file is no program.
func notMain(file string) string {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, file, nil, parser.PackageClauseOnly)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s:%d: package %s is no program; make it package main, with a func main that calls weaver.Main", file, fset.Position(f.Name.Pos()).Line, f.Name)
}
