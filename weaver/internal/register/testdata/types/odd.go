package types

// The spellers do not agree on these yet.

import "os"

func Lengths([0x10]int, [1_000]byte) {}

func Constant([Size]int) {}

const Size = 4

func ForeignAlias(os.FileMode) {}

func Receives(chan (<-chan int)) {}
