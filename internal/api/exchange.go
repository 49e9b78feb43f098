package api

import (
	"context"
	"log/slog"
	"maps"
	"mime"
	"net/http"

	"reserva/internal/access"
)

// exchange is what is known of one request while it is served. Handler makes
// it and everything below adds to it; it travels in the request's context.
type exchange struct {
	header http.Header // of the answer
	log    *slog.Logger
	family family
	route  string // as registered; empty where nothing matched

	origin   access.Origin
	host     string // that the client asked for
	kind     access.ActorKind
	staff    access.Staff    // when kind is ActorStaff
	customer access.Customer // when kind is ActorCustomer, or linked
	linked   bool            // a guest carried a customer's token

	lost  bool // another request with the same idempotency key was first
	quiet bool // its log line is for debugging
}

type exchangeKey struct{}

func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// exchangeOf returns the request's exchange. Every request has one; a context
// that comes from elsewhere gets one that leads nowhere.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{header: http.Header{}, log: slog.New(slog.DiscardHandler), kind: access.ActorVisitor}
}

// RequestID returns the id of the request that ctx belongs to, empty outside
// of one.
func RequestID(ctx context.Context) string { return exchangeOf(ctx).origin.RequestID }

// Origin returns where the request that ctx belongs to came from: pages need it to
// say who asks.
func Origin(ctx context.Context) access.Origin { return exchangeOf(ctx).origin }

// Host returns the name of the host that the client asked for, in lower case and
// without a port: what the browser's address shows, also behind proxies of ours.
func Host(ctx context.Context) string { return exchangeOf(ctx).host }

func (x *exchange) addHeaders(h http.Header) { maps.Copy(x.header, h) }

// cacheControl says how a success may be kept. The default was set before, so
// that errors are never kept.
func (x *exchange) cacheControl(directive string) {
	if directive != "" {
		x.header.Set("Cache-Control", directive)
	}
}

func disposition(filename string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": filename})
}
