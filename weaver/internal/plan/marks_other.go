//go:build !windows

package plan

const maxMarks = 1 << 20
