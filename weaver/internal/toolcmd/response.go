package toolcmd

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// maxCommandLine is the length in bytes up to which arguments are passed as they are:
// Windows takes 32 KiB, everything counted.
//
// Source: ExecArgLengthLimit in cmd/internal/sys/args.go of go1.26.
const maxCommandLine = 30 << 10

// Respond returns the arguments for the tool as they fit into a command line: where they
// are too long they are written to a file in dir, which the tool is told to read. Tools
// that do not read such files get the arguments as they are. A file that was written is
// for the caller to remove, unless the folder goes with it.
//
// Source: useResponseFile and encodeArg in cmd/go/internal/work/exec.go of go1.26.
func Respond(tool, dir string, args []string) (short []string, file string, err error) {
	n := len(tool)
	for _, a := range args {
		n += len(a) + 1
	}
	if n <= maxCommandLine || !slices.Contains([]string{"compile", "link", "cgo", "asm", "cover"}, Name(tool)) {
		return args, "", nil
	}
	f, err := os.CreateTemp(dir, "weaver-args-*")
	if err != nil {
		return nil, "", err
	}
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	var b strings.Builder
	for _, a := range args {
		b.WriteString(escape.Replace(a) + "\n")
	}
	_, err = f.WriteString(b.String())
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return nil, "", fmt.Errorf("response file: %w", err)
	}
	return []string{"@" + f.Name()}, f.Name(), nil
}

// Expand replaces an argument @file by the arguments in that file: one a line, with
// backslash and newline escaped by a backslash.
//
// Source: expandArgs and DecodeArg in cmd/internal/objabi/flag.go of go1.26.
func Expand(args []string) ([]string, error) {
	if !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "@") }) {
		return args, nil
	}
	unescape := strings.NewReplacer(`\\`, `\`, `\n`, "\n")
	var out []string
	for _, a := range args {
		name, ok := strings.CutPrefix(a, "@")
		if !ok {
			out = append(out, a)
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("response file: %w", err)
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(strings.ReplaceAll(string(data), "\r", ""), "\n"), "\n") {
			out = append(out, unescape.Replace(line))
		}
	}
	return out, nil
}
