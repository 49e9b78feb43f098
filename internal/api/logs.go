package api

import (
	"context"
	"log/slog"
	"net/http"
)

const requestIDAttr = "request_id"

// LogHandler adds the request's id to every line that is logged with the context of
// a request, wherever that is.
func LogHandler(to slog.Handler) slog.Handler { return logHandler{Handler: to} }

type logHandler struct {
	slog.Handler
	named bool // the lines carry a request's id already
}

// Handle implements slog.Handler.
func (h logHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := RequestID(ctx); id != "" && !h.named {
		r = r.Clone()
		r.AddAttrs(slog.String(requestIDAttr, id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	named := h.named
	for _, a := range attrs {
		named = named || a.Key == requestIDAttr
	}
	return logHandler{h.Handler.WithAttrs(attrs), named}
}

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name), h.named}
}

// Quietly serves what programs ask every few seconds, so that its lines are for
// debugging only.
func Quietly(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		exchangeOf(r.Context()).quiet = true
		h.ServeHTTP(w, r)
	})
}
