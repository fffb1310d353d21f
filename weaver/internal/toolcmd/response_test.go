package toolcmd

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Arguments that are too long for a command line come back from the file that they were
// written to; those of other tools, and short ones, stay where they are.
func TestRespond(t *testing.T) {
	long := []string{"-p", `C:\dir\new`, "two\nlines", `\n`, "", "a b", strings.Repeat("x", maxCommandLine) + ".go"}
	for _, tt := range []struct {
		tool string
		args []string
		file bool
	}{
		{"/go/pkg/tool/linux_amd64/compile", long, true},
		{`compile.exe`, long, true},
		{"link", long, true},
		{"vet", long, false},
		{"compile", long[:6], false},
	} {
		dir := t.TempDir()
		short, file, err := Respond(tt.tool, dir, tt.args)
		if err != nil {
			t.Fatal(err)
		}
		if (file != "") != tt.file || tt.file != (len(short) == 1) {
			t.Errorf("%s: %d arguments, file %q", tt.tool, len(short), file)
		}
		if tt.file {
			if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("others may read the file: %v, %v", info, err)
			}
			if short, err = Expand(short); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(short, tt.args) {
			t.Errorf("%s: the arguments are %.200q", tt.tool, short)
		}
	}
	if _, _, err := Respond("compile", "/no/such/folder", long); err == nil {
		t.Error("a file that can not be written is no error")
	}
}

// As the compiler: neither case nor the direction of slashes tells folders apart.
func TestHasPathPrefix(t *testing.T) {
	for _, tt := range []struct {
		path, prefix string
		want         bool
	}{
		{"/a/b", "/a", true}, {"/a/b", "/a/b", true}, {"/a/bc", "/a/b", false}, {"/a", "/a/b", false},
		{`C:\Src\App\x.go`, `c:\src\app`, true}, {`C:\Src\App\x.go`, `C:/Src`, true}, {`D:\Src`, `C:\Src`, false},
	} {
		if got := hasPathPrefix(tt.path, tt.prefix); got != tt.want {
			t.Errorf("%s below %s: %v", tt.path, tt.prefix, got)
		}
	}
	c := &Compile{TrimPath: `c:\src\app=>example.com/app`}
	if got := c.Trim(`C:\Src\App\lib\x.go`); !strings.HasPrefix(got, "example.com/app/") {
		t.Errorf("trimmed to %s", got)
	}
}
