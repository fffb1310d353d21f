package dsn

import (
	"net/url"
	"strings"
)

// A location is a URL, taken apart. Package net/url refuses several hosts.
type location struct {
	scheme  string
	hosts   []string
	path    string // without the slash, unescaped
	query   map[string]string
	secrets []string
}

// cutScheme returns what is behind one of these schemes, in any case.
func cutScheme(name string, schemes ...string) (string, bool) {
	scheme, rest, ok := strings.Cut(name, "://")
	for _, s := range schemes {
		if ok && strings.EqualFold(scheme, s) {
			return rest, true
		}
	}
	return "", false
}

// parseURL takes a URL apart. Where a password that is not escaped may have been taken for
// something else it reports false: everything before the last @ counts as credentials, be
// there a slash in it or not, and a URL that has an @ behind the question mark is none.
func parseURL(name string) (location, bool) {
	scheme, rest, ok := strings.Cut(name, "://")
	if !ok {
		return location{}, false
	}
	u := location{scheme: strings.ToLower(scheme), query: map[string]string{}}
	rest, query, _ := strings.Cut(rest, "?")
	at := strings.LastIndexByte(rest, '@')
	if strings.Contains(query, "@") {
		return location{}, false
	}
	if at >= 0 {
		_, password, _ := strings.Cut(rest[:at], ":")
		u.secret(password)
	}
	hosts, path, _ := strings.Cut(rest[at+1:], "/")
	path, _, _ = strings.Cut(path, "#")
	if hosts != "" {
		u.hosts = strings.Split(hosts, ",")
	}
	for i, h := range u.hosts {
		if unescaped, err := url.PathUnescape(h); err == nil {
			u.hosts[i] = unescaped
		}
	}
	var err error
	if u.path, err = url.PathUnescape(path); err != nil {
		u.path = ""
	}
	values, _ := url.ParseQuery(query) // what can be read of it
	for k, v := range values {
		k = strings.ToLower(k)
		if u.query[k] = v[0]; isSecret(k) {
			u.secret(v[0])
		}
	}
	return u, true
}

// secret notes a secret as it is written, and as it is meant.
func (u *location) secret(s string) {
	u.secrets = append(u.secrets, s)
	if unescaped, err := url.PathUnescape(s); err == nil && unescaped != s {
		u.secrets = append(u.secrets, unescaped)
	}
}

// keyValues reads key=value, with sep between: blanks, or a semicolon and maybe blanks.
// A value may be in quotes, of which the opening one is given. In single quotes, and where
// blanks are between, a backslash is an escape. Keys are in lower case where blanks are
// not.
func keyValues(s string, sep, quote byte) (values map[string]string, secrets []string) {
	values = map[string]string{}
	for s != "" {
		key, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		key = strings.TrimSpace(key)
		if sep == ';' {
			key = strings.ToLower(key)
		}
		rest = strings.TrimLeft(rest, " \t\r\n")
		var value string
		if rest != "" && rest[0] == quote {
			value, s = quoted(rest[1:], quote)
			s = strings.TrimLeft(s, " \t\r\n;")
		} else {
			value, s = bare(rest, sep)
		}
		if values[key] = value; isSecret(key) {
			secrets = append(secrets, value)
		}
	}
	return values, secrets
}

// quoted returns the value whose opening quote was before s, and what is behind it.
func quoted(s string, quote byte) (value, rest string) {
	end := quote
	if quote == '{' {
		end = '}'
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && quote == '\'' && i+1 < len(s):
			i++
		case s[i] == end && i+1 < len(s) && s[i+1] == end:
			i++
		case s[i] == end:
			return b.String(), s[i+1:]
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// bare returns the value that s starts with, and what is behind it.
func bare(s string, sep byte) (value, rest string) {
	if sep == ';' {
		value, rest, _ = strings.Cut(s, ";")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	i := 0
	for ; i < len(s) && strings.IndexByte(" \t\r\n", s[i]) < 0; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), strings.TrimLeft(s[i:], " \t\r\n")
}

// isSecret reports whether the parameter of that name holds a secret.
func isSecret(key string) bool {
	key = strings.ToLower(key)
	for _, part := range []string{"pass", "pwd", "secret", "token", "key"} {
		if strings.Contains(key, part) {
			return true
		}
	}
	return false
}
