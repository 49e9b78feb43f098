package api

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

// Idempotency keeps the answers to requests that carry an Idempotency-Key.
//
// Begin looks the key up. It returns the kept answer (replay), or a context in
// which the operation claims the key in its own transaction, so that the key is
// taken exactly if the operation happened. A key that was used with another
// hash is ErrIdempotencyReused; one that is claimed without an answer yet is
// ErrIdempotencyBusy. The tenant is empty for visitors.
//
// Lost reports whether an operation's error says that a concurrent request
// claimed the key first; then Begin is asked once more.
//
// Claimed tells whether the operation that ran with Begin's context has claimed
// the key: then whatever it answered is its own doing.
//
// Finish keeps the answer. It is called for successes only (below 400): what
// failed has claimed nothing.
type Idempotency interface {
	Begin(ctx context.Context, scope string, tenant id.ID, key string, hash [sha256.Size]byte) (context.Context, *StoredAnswer, error)
	Lost(err error) bool
	Claimed(ctx context.Context) bool
	Finish(ctx context.Context, answer StoredAnswer) error
}

// StoredAnswer is an answer as it was given.
type StoredAnswer struct {
	Status      int
	ContentType string
	Location    string // of what was made; empty for none
	Body        []byte
}

const (
	maxKeyLength   = 128
	headerReplayed = "Idempotency-Replayed"
	busyRetryAfter = time.Second
)

// claim is one request's hold on its key.
type claim struct {
	scope  string
	tenant id.ID
	key    string
	hash   [sha256.Size]byte
}

// claimOf returns the request's claim, nil where it has none.
func (a *API) claimOf(x *exchange, e *endpoint, r *http.Request, body []byte) (*claim, error) {
	if !e.op.Idempotent {
		return nil, nil
	}
	sent, ok := r.Header["Idempotency-Key"]
	if !ok {
		return nil, nil
	}
	if len(sent) != 1 || !visible(sent[0]) {
		return nil, ErrIdempotencyKey
	}
	c := &claim{key: sent[0], tenant: tenantOf(x), hash: requestHash(x, e, r, body)}
	c.scope = fmt.Sprintf("%s/%s/%s", c.tenant, caller(x), e.op.ID)
	if e.audience == ForGuest {
		// Guests name their tenant here; keys of different tenants are not related.
		c.scope += fmt.Sprintf("/%q/%q", x.host, r.Header.Get("X-Tenant-Slug"))
	}
	return c, nil
}

func visible(key string) bool {
	for _, c := range []byte(key) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return len(key) >= 1 && len(key) <= maxKeyLength
}

func tenantOf(x *exchange) id.ID {
	switch x.kind {
	case access.ActorStaff:
		return x.staff.Tenant
	case access.ActorCustomer:
		return x.customer.Tenant
	default:
		return ""
	}
}

// requestHash covers all that makes two requests the same: a key that is used
// for another record, or another tenant's page, is not a retry.
func requestHash(x *exchange, e *endpoint, r *http.Request, body []byte) [sha256.Size]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%q\n%q\n", r.Method, r.URL.EscapedPath(), r.URL.RawQuery)
	if e.audience == ForGuest || e.audience == ForPublic {
		fmt.Fprintf(h, "%q\n%q\n%q\n", x.host, r.Header.Get("X-Tenant-Slug"), r.Header.Get("X-Branch-Slug"))
	}
	h.Write(body)
	return [sha256.Size]byte(h.Sum(nil))
}

// once runs the request unless its key already has an answer.
func (a *API) once(w http.ResponseWriter, r *http.Request, x *exchange, c *claim, run func(http.ResponseWriter, *http.Request)) {
	store := a.config.Idempotency
	if c == nil || store == nil {
		run(w, r)
		return
	}
	ctx, replay, err := store.Begin(r.Context(), c.scope, c.tenant, c.key, c.hash)
	if err != nil || replay != nil {
		a.replay(w, x, replay, err)
		return
	}
	held := &holder{ResponseWriter: w}
	run(held, r.WithContext(ctx))
	if x.lost {
		x.lost = false
		_, replay, err := store.Begin(r.Context(), c.scope, c.tenant, c.key, c.hash)
		if err == nil && replay == nil {
			err = ErrIdempotencyBusy.WithRetryAfter(busyRetryAfter)
		}
		a.replay(w, x, replay, err)
		return
	}
	if held.status >= http.StatusBadRequest && !store.Claimed(ctx) {
		// What this request was refused for may be the work of its twin: the payment
		// that is not open any more, the time that is taken.
		if _, replay, err := store.Begin(r.Context(), c.scope, c.tenant, c.key, c.hash); err == nil && replay != nil {
			w.Header().Del("Retry-After")
			a.replay(w, x, replay, nil)
			return
		}
	}
	if held.status < http.StatusBadRequest {
		// Kept even when the client has gone: it will ask again.
		err := store.Finish(context.WithoutCancel(ctx), StoredAnswer{
			Status: held.status, ContentType: w.Header().Get("Content-Type"), Location: w.Header().Get("Location"),
			Body: held.body.Bytes(),
		})
		if err != nil {
			x.log.Error("idempotent answer not kept", slog.Any("error", err))
		}
	}
	held.send()
}

func (a *API) replay(w http.ResponseWriter, x *exchange, answer *StoredAnswer, err error) {
	if err != nil {
		a.fail(w, x, err)
		return
	}
	w.Header().Set(headerReplayed, "true")
	if answer.ContentType != "" {
		w.Header().Set("Content-Type", answer.ContentType)
	}
	if answer.Location != "" {
		w.Header().Set("Location", answer.Location)
	}
	w.WriteHeader(answer.Status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(answer.Body)
}
