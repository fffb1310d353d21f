// Package weaver is the command, and the main function of registration files.
//
// A build goes through three kinds of process. [Command] is the wrapper that a user
// calls: it makes the plan, by package register, and runs the go command. That one
// runs the registration binary, whose main function is [Main], in front of each tool:
// compile is woven (packages toolcmd, source, match and weave, in this order), and
// main and the link get the hook packages (package resolve).
package weaver
