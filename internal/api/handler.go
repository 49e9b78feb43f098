package api

import (
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/kit/ratelimit"
)

const headerRequestID = "X-Request-Id"

// Handler returns the whole server: the API below /api/, everything of Mux
// beside it, and around both the request id, the log line, the metrics, the
// security headers, packing and the last defence against panics.
func (a *API) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		cleanHeaders(r.Header)
		rec := &recorder{ResponseWriter: w}
		x := a.newExchange(rec, r)
		r = r.WithContext(withExchange(r.Context(), x))
		isAPI := strings.HasPrefix(r.URL.Path, "/api/")
		a.secure(rec.Header(), x, isAPI)

		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				a.panicked(rec, x, p)
			}
			a.account(r, x, rec, time.Since(started))
		}()
		if isAPI && a.origins.share(rec, r) {
			x.route = "preflight"
			return
		}
		packed, end := a.packers.wrap(rec, r)
		if isAPI {
			a.route(packed, r)
		} else {
			a.mux.ServeHTTP(packed, r)
			x.route = r.Pattern
		}
		end()
	})
}

func (a *API) panicked(w *recorder, x *exchange, p any) {
	x.log.Error("panic", slog.String("value", fmt.Sprint(p)), slog.String("stack", string(debug.Stack())))
	if w.status == 0 {
		a.write(w, encode(x, errInternal))
	}
}

// account writes the log line and counts the request. Neither holds a token, a
// query, or a path with ids in it: the route stands for it.
func (a *API) account(r *http.Request, x *exchange, w *recorder, took time.Duration) {
	status := w.status
	if status == 0 {
		status = http.StatusOK
	}
	route := x.route
	if route == "" {
		route = "unmatched"
	}
	level := slog.LevelInfo
	switch {
	case x.quiet:
		level = slog.LevelDebug
	case status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	}
	x.log.LogAttrs(r.Context(), level, "request",
		slog.String("method", method(r)), slog.String("route", route), slog.Int("status", status),
		slog.Duration("took", took), slog.Int("bytes", w.size), slog.String("by", string(x.kind)))
	a.metrics.observe(method(r), route, status, took)
}

// method keeps invented methods out of logs and metrics.
func method(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

const maxUserAgent = 256

func (a *API) originOf(r *http.Request) access.Origin {
	agent := r.UserAgent()
	for len(agent) > maxUserAgent || !utf8.ValidString(agent) {
		agent = strings.ToValidUTF8(agent[:min(len(agent), maxUserAgent)], "")
	}
	requestID := r.Header.Get(headerRequestID)
	if !sane(requestID) {
		requestID = string(id.Random())
	}
	return access.Origin{
		Address:   ratelimit.ClientAddress(r, a.config.TrustedProxies),
		UserAgent: agent,
		RequestID: requestID,
	}
}

const maxRequestID = 64

// sane accepts a caller's request id where it cannot forge a log line.
func sane(requestID string) bool {
	for _, c := range []byte(requestID) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_', c == '.':
		default:
			return false
		}
	}
	return requestID != "" && len(requestID) <= maxRequestID
}

// cleanHeaders makes every header text that may be stored. HTTP allows bytes
// that are no UTF-8 there; what stands for them is nothing that a key or a slug
// may hold, so that one that was damaged is refused.
func cleanHeaders(h http.Header) {
	for _, values := range h {
		for i, v := range values {
			if strings.ContainsRune(v, 0) || !utf8.ValidString(v) {
				values[i] = strings.ReplaceAll(strings.ToValidUTF8(v, replacement), "\x00", replacement)
			}
		}
	}
}

const replacement = string(utf8.RuneError)
