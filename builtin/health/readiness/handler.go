package readiness

import (
	"encoding/json"
	"net/http"
)

// Handler serves whether the program is ready: 200 if it is, also where it is degraded, and 503 if
// it is not. The body is a [Report] as JSON, whose errors may say more than strangers should know,
// so it belongs on a port or a path that they do not reach; see [Config] otherwise.
//
//	{"status":"failing","checks":[{"name":"database","status":"failing","error":"no answer in 850ms"}]}
func Handler() http.Handler { return Config{}.Handler() }

// Handler is as [Handler], by that configuration.
func (c Config) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		report, code := c.Now(r.Context()), http.StatusOK
		if report.Status == Failing {
			code = http.StatusServiceUnavailable
		}
		if c.Brief {
			report.Checks = nil
		}
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", "no-store")
		w.WriteHeader(code)
		// Who asked has gone if it can not be written.
		_ = json.NewEncoder(w).Encode(report)
	})
}
