package telemetry

import (
	"regexp"
	"strings"
	"sync"
)

// LongestMessage is how many bytes [Redacted] returns at most.
const LongestMessage = 1 << 10

// Redacted returns what an error says, without what looks like credentials: a database's
// error may have the data source name in it. It is valid text, and cut where it is long.
func Redacted(message string) string {
	message = credentials().ReplaceAllString(message, "${1}${3}xxxxx${2}")
	if len(message) > LongestMessage {
		message = message[:LongestMessage]
	}
	return strings.ToValidUTF8(message, "")
}

// credentials matches what stands between :// and @, and what follows password= or the
// like, where it is needed for the first time.
var credentials = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(://)[^\s@]*(?:@[^\s@]*)*(@)|((?:pass(?:word|wd)?|pwd|secret|token)\s*=\s*)(?:'[^']*'|"[^"]*"|\{[^}]*\}|[^\s;&,]+)`)
})
