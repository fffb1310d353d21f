//go:build darwin || freebsd || netbsd

package stamp

import (
	"io/fs"
	"syscall"
)

func timesOf(info fs.FileInfo) times {
	out := times{info.ModTime().UnixNano()}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		out[1] = s.Ctimespec.Nano()
	}
	return out
}
