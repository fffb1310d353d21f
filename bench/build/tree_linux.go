package main

import (
	"bytes"
	"os"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"
)

// maxrssUnit is that of Rusage.Maxrss.
const maxrssUnit = 1024

// ready prepares this process for the start of one whose use is measured.
//
// It becomes the parent of what its descendants leave behind, so that nothing that a tool
// starts in the background is lost. PR_SET_CHILD_SUBREAPER is of linux/prctl.h.
//
// And it forgets the peak of its own memory (proc(5), clear_refs): until a new process has its
// own program it shares the memory of the one that starts it, and that counts as its peak.
func ready() error {
	const subreaper = 36
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, subreaper, 1, 0); errno != 0 {
		return errno
	}
	debug.FreeOSMemory()
	return os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// watch samples the resident memory of the process and its descendants, and returns what stops
// that and returns the largest sum. Pages that processes share, such as those of a program
// that runs several times, count for each, so it is an upper estimate.
func watch(pid int) (stop func() int64) {
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		var most int64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-tick.C:
				most = max(most, resident(pid))
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-peak
	}
}

// resident returns the memory of the processes below root now, in bytes.
func resident(root int) int64 {
	dir, err := os.Open("/proc")
	if err != nil {
		return 0
	}
	defer dir.Close()
	names, _ := dir.Readdirnames(-1)
	parents, pages := map[int]int{}, map[int]int64{}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, err := os.ReadFile("/proc/" + name + "/stat")
		if err != nil {
			continue // it has ended
		}
		// The command's name is in parentheses and may have spaces: state, parent, … and as the
		// 22nd word behind it the resident pages.
		fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
		if len(fields) < 22 {
			continue
		}
		parents[pid], _ = strconv.Atoi(string(fields[1]))
		pages[pid], _ = strconv.ParseInt(string(fields[21]), 10, 64)
	}
	self := os.Getpid()
	var sum int64
	for pid := range pages {
		// An orphan below this process is one of root's.
		for at := pid; at > 1; at = parents[at] {
			if at == root || at != self && parents[at] == self {
				sum += pages[pid]
				break
			}
		}
	}
	return sum * int64(os.Getpagesize())
}
