package types

// Lengths and directions that are written in an odd way, and what the syntax alone
// does not tell.

import "os"

func Lengths([0x10]int, [1_000]byte) {}

func Constant([Size]int) {}

const Size = 4

func ForeignAlias(os.FileMode) {}

// Mode and Done lead to aliases of another package.
type (
	Mode = os.FileMode
	Done = func(mode *Mode, entries []os.DirEntry)
)

func OwnAliases(Mode, *Mode, []Done) {}

func OwnExit() func(Mode) { return nil }

func Receives(chan (<-chan int)) {}
