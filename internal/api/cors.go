package api

import (
	"net/http"
	"strings"
)

// origins are the web pages whose scripts may call the API, beside those that it
// serves itself. Bearer tokens are sent by scripts and never by browsers alone, so
// nobody is asked for credentials.
type origins struct {
	exact map[string]bool
	below []wildcard
}

// wildcard is every name one label below a domain, as in https://*.example.com.
type wildcard struct{ before, after string }

// What scripts of those pages may send and read.
const (
	corsMethods = "GET, POST, PUT, PATCH, DELETE"
	corsHeaders = "Authorization, Content-Type, Idempotency-Key, If-None-Match, X-Branch-Slug, X-Request-Id, " +
		"X-Tenant-Slug, X-Verification-Token"
	corsExposed = "Content-Disposition, ETag, Idempotency-Replayed, Location, Retry-After, X-RateLimit-Limit-Hour, " +
		"X-RateLimit-Limit-Minute, X-RateLimit-Remaining-Hour, X-RateLimit-Remaining-Minute, X-Request-Id"
	corsMaxAge = "600"
)

func newOrigins(allowed []string) *origins {
	if len(allowed) == 0 {
		return nil
	}
	o := &origins{exact: map[string]bool{}}
	for _, origin := range allowed {
		if before, after, wild := strings.Cut(origin, "*"); wild {
			o.below = append(o.below, wildcard{before, after})
			continue
		}
		o.exact[origin] = true
	}
	return o
}

func (o *origins) allow(origin string) bool {
	if o.exact[origin] {
		return true
	}
	for _, w := range o.below {
		label, ok := strings.CutPrefix(origin, w.before)
		if label, found := strings.CutSuffix(label, w.after); ok && found && isLabel(label) {
			return true
		}
	}
	return false
}

// isLabel tells whether the text is one label of a host name, in lower case as
// browsers write it.
func isLabel(text string) bool {
	for _, c := range []byte(text) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return text != ""
}

// share tells a browser whether its page may read the answer. It is true where that
// was all that the browser asked.
func (o *origins) share(w http.ResponseWriter, r *http.Request) (answered bool) {
	if o == nil {
		return false
	}
	h := w.Header()
	h.Add("Vary", "Origin")
	preflight := r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
	if preflight {
		h.Add("Vary", "Access-Control-Request-Method, Access-Control-Request-Headers")
	}
	origin := r.Header.Get("Origin")
	if len(r.Header.Values("Origin")) != 1 || !o.allow(origin) {
		return false
	}
	h.Set("Access-Control-Allow-Origin", origin)
	if !preflight {
		h.Set("Access-Control-Expose-Headers", corsExposed)
		return false
	}
	h.Set("Access-Control-Allow-Methods", corsMethods)
	h.Set("Access-Control-Allow-Headers", corsHeaders)
	h.Set("Access-Control-Max-Age", corsMaxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}
