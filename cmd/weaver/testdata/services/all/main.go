// Command all is linked with every library of the scripts. It is built before they are, so
// that they find all of it compiled, and go.sum has what they need.
package main

import (
	_ "github.com/gin-gonic/gin"
	_ "github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite"

	_ "example.com/services/service"
)

func main() {}
