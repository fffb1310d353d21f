//go:build race

package recorded

const race = true
