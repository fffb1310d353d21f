package logs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// A File is appended to by many processes at a time. It is opened by the first Write,
// so a process that has nothing to say leaves no file behind.
//
// Each Write is one system call on a file that is open for appending. The kernel moves
// to the end and writes as one step, whatever the length, so the lines of processes
// that write at the same time stand one behind the other (on a network file system
// that is the server's to promise, and NFS does not).
//
// A log must not break the build that it is about, and must not stop in silence
// either: the first error ends the file, and Err has it.
type File struct {
	name   string // as the user wrote it, for the error
	path   string
	flag   int    // beside O_APPEND|O_WRONLY
	advice string // what to do when it can not be written

	mu  sync.Mutex
	f   *os.File
	err error
}

// Open returns the log file, which makes missing folders and itself when it is written
// to, and is nil if the config has none.
func (c Config) Open() *File {
	if c.File == "" {
		return nil
	}
	return &File{
		name: c.File, path: expand(c.File, os.Getpid()), flag: os.O_CREATE,
		advice: "name a file that can be written to, with --log-file or " + FileVariable,
	}
}

// OpenReport returns the report file of a build. The wrapper has made it and removes
// it, so it is not made here.
func OpenReport(path string) *File {
	return &File{name: path, path: path, advice: "let TMPDIR name a folder that can be written to"}
}

// Write appends the line, which ends in a newline. After an error it does nothing.
func (f *File) Write(line []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return 0, f.err
	}
	if f.f == nil {
		if err := f.open(); err != nil {
			return 0, f.fail(err)
		}
	}
	n, err := f.f.Write(line)
	if err != nil {
		return n, f.fail(err)
	}
	return n, nil
}

func (f *File) open() error {
	if f.flag&os.O_CREATE != 0 {
		if err := os.MkdirAll(filepath.Dir(f.path), 0o777); err != nil {
			return err
		}
	}
	// Others may have to read a log, and umask says who may not.
	file, err := os.OpenFile(f.path, os.O_APPEND|os.O_WRONLY|f.flag, 0o666)
	f.f = file
	return err
}

// fail remembers the error. It names the file by the name that the user gave, so that
// all processes of a build have the same to say.
func (f *File) fail(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) && p.Path == f.path {
		err = p.Err
	}
	f.err = fmt.Errorf("%s: the log ends early: %w; %s", f.name, err, f.advice)
	return f.err
}

// Err returns the error that ended the log, or nil. It names the file, what is wrong
// and what to do.
func (f *File) Err() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// Close closes the file, if it was opened, and returns Err, or the error of closing. A
// later Write opens it again.
func (f *File) Close() error {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.f == nil {
		return f.err
	}
	err := f.f.Close()
	f.f = nil
	if f.err == nil && err != nil {
		return f.fail(err)
	}
	return f.err
}
