//go:build tools

package main

// "go get -tool" asks for this package only, so this is where what the default list
// needs has to be imported from: see the package.
import _ "github.com/goweaver/weaver"
