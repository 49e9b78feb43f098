package api_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/id"
)

// kept is an Idempotency in memory. Like the real one it claims a key with the
// operation: here when the handler calls claim.
type kept struct {
	mu      sync.Mutex
	answers map[string]*entry
	tenants map[id.ID]bool
}

type entry struct {
	hash   [sha256.Size]byte
	answer *api.StoredAnswer
}

type keptKey struct{}

type pending struct {
	store *kept
	key   string
	hash  [sha256.Size]byte
	mine  *entry // what the operation puts in place
}

var errClaimed = errors.New("claimed by another request")

func newKept() *kept { return &kept{answers: map[string]*entry{}, tenants: map[id.ID]bool{}} }

func (k *kept) Begin(ctx context.Context, scope string, tenant id.ID, key string, hash [32]byte) (context.Context, *api.StoredAnswer, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.tenants[tenant] = true
	name := scope + " " + key
	if e := k.answers[name]; e != nil {
		switch {
		case e.hash != hash:
			return ctx, nil, api.ErrIdempotencyReused
		case e.answer == nil:
			return ctx, nil, api.ErrIdempotencyBusy
		}
		return ctx, e.answer, nil
	}
	return context.WithValue(ctx, keptKey{}, pending{k, name, hash, &entry{hash: hash}}), nil, nil
}

func (k *kept) Lost(err error) bool { return errors.Is(err, errClaimed) }

func (k *kept) Claimed(ctx context.Context) bool {
	p, ok := ctx.Value(keptKey{}).(pending)
	if !ok {
		return false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.answers[p.key] == p.mine
}

func (k *kept) Finish(ctx context.Context, answer api.StoredAnswer) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	p := ctx.Value(keptKey{}).(pending)
	k.answers[p.key] = &entry{p.hash, &answer}
	return ctx.Err()
}

// claim is what an operation's transaction does.
func claim(ctx context.Context) error {
	p, ok := ctx.Value(keptKey{}).(pending)
	if !ok {
		return nil
	}
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	if p.store.answers[p.key] != nil {
		return errClaimed
	}
	p.store.answers[p.key] = p.mine
	return nil
}

type payInput struct {
	ID   string `path:"id"`
	Body struct {
		Amount int    `json:"amount" minimum:"1"`
		Mode   string `json:"mode,omitempty"`
	}
}

type receipt struct {
	Number int    `json:"number"`
	ID     string `json:"id"`
}

func (r *receipt) Headers() http.Header { return http.Header{"Location": {"/receipts/" + r.ID}} }

// registerPay counts how often it really pays. Mode "race" lets another request
// with the same key win, "refuse" fails.
func registerPay(a *api.API, store *kept) *int {
	paid := new(int)
	pay := func(ctx context.Context, in *payInput) (*receipt, error) {
		switch in.Body.Mode {
		case "refuse":
			return nil, errSlotTaken
		case "race", "race and hang", "race and refuse":
			winner := &entry{hash: ctx.Value(keptKey{}).(pending).hash}
			if in.Body.Mode != "race and hang" {
				winner.answer = &api.StoredAnswer{Status: 201, ContentType: "application/json", Body: []byte(`{"number":99,"id":"w"}`)}
			}
			store.answers[ctx.Value(keptKey{}).(pending).key] = winner
			if in.Body.Mode == "race and refuse" {
				return nil, errSlotTaken
			}
		}
		if err := claim(ctx); err != nil {
			return nil, err
		}
		*paid++
		return &receipt{*paid, in.ID}, nil
	}
	op := api.Op{Method: http.MethodPost, Path: "/payments/{id}", ID: "pay", Tag: "P", Summary: "P", Status: 201, Idempotent: true}
	api.Staff(a, op, access.Any, func(ctx context.Context, _ access.Staff, in *payInput) (*receipt, error) { return pay(ctx, in) })
	op.Path, op.ID = "/public/{id}", "pay-public"
	api.Public(a, op, func(ctx context.Context, _ access.Visitor, in *payInput) (*receipt, error) { return pay(ctx, in) })
	return paid
}

func payment(path, key, body string) call {
	return call{method: "POST", path: "/api/v1/" + path, token: "staff-staff", body: body, header: map[string]string{"Idempotency-Key": key}}
}

func TestTheSameRequestIsAnsweredOnce(t *testing.T) {
	store := newKept()
	a := newAPI(t, func(c *api.Config) { c.Idempotency = store })
	paid := registerPay(a, store)

	first := payment("payments/x", "k1", `{"amount":5}`).to(t, a)
	first.want(t, 201, `{"number":1,"id":"x"}`)
	again := payment("payments/x", "k1", `{"amount":5}`).to(t, a)
	if again.body != first.body || again.status != 201 || again.header.Get("Location") != "/receipts/x" || again.header.Get("Idempotency-Replayed") != "true" ||
		again.header.Get("Content-Type") != "application/json" || first.header.Get("Idempotency-Replayed") != "" {
		t.Errorf("first %+v\nagain %+v", first, again)
	}
	if *paid != 1 || !store.tenants[tenant] {
		t.Errorf("paid %d times, tenants %v", *paid, store.tenants)
	}

	const reused = `{"detail":"This Idempotency-Key was used with another request.","code":"idempotency.reused"}`
	payment("payments/x", "k1", `{"amount":6}`).to(t, a).want(t, 422, reused)
	payment("payments/y", "k1", `{"amount":5}`).to(t, a).want(t, 422, reused) // another record
	payment("payments/x", "k2", `{"amount":5}`).to(t, a).want(t, 201, `{"number":2,"id":"x"}`)
	without := payment("payments/x", "", `{"amount":5}`)
	without.header = nil
	without.to(t, a).want(t, 201, `{"number":3,"id":"x"}`)
}

func TestKeysAreTheCallersOwn(t *testing.T) {
	store := newKept()
	a := newAPI(t, func(c *api.Config) { c.Idempotency = store })
	paid := registerPay(a, store)
	for i, address := range []string{"192.0.2.1", "192.0.2.2"} {
		c := payment("public/x", "k1", `{"amount":5}`)
		c.address = address
		c.to(t, a).want(t, 201, `{"number":`+strconv.Itoa(i+1)+`,"id":"x"}`)
	}
	other := payment("public/x", "k1", `{"amount":5}`)
	other.header["X-Tenant-Slug"] = "another-salon"
	other.to(t, a).want(t, 422, "")
	if *paid != 2 {
		t.Errorf("paid %d times", *paid)
	}
}

func TestFailuresAreNotKept(t *testing.T) {
	store := newKept()
	a := newAPI(t, func(c *api.Config) { c.Idempotency = store })
	registerPay(a, store)
	payment("payments/x", "k1", `{"amount":5,"mode":"refuse"}`).to(t, a).want(t, 409, "")
	payment("payments/x", "k1", `{"amount":0}`).to(t, a).want(t, 422, "")
	payment("payments/x", "k1", `{"amount":5}`).to(t, a).want(t, 201, `{"number":1,"id":"x"}`)
}

func TestTheLoserOfARaceGetsTheWinnersAnswer(t *testing.T) {
	store := newKept()
	a := newAPI(t, func(c *api.Config) { c.Idempotency = store })
	paid := registerPay(a, store)
	got := payment("payments/x", "k1", `{"amount":5,"mode":"race"}`).to(t, a)
	got.want(t, 201, `{"number":99,"id":"w"}`)
	if got.header.Get("Idempotency-Replayed") != "true" || *paid != 0 {
		t.Errorf("paid %d, %v", *paid, got.header)
	}
	// What the winner did is why the loser is refused, before it claims anything.
	got = payment("payments/x", "k3", `{"amount":5,"mode":"race and refuse"}`).to(t, a)
	got.want(t, 201, `{"number":99,"id":"w"}`)
	got = payment("payments/x", "k2", `{"amount":5,"mode":"race and hang"}`).to(t, a)
	got.want(t, 409, `{"detail":"A request with this Idempotency-Key is still being worked on.","code":"idempotency.in_progress"}`)
}

func TestIdempotencyKeys(t *testing.T) {
	store := newKept()
	a := newAPI(t, func(c *api.Config) { c.Idempotency = store })
	registerPay(a, store)
	for key, status := range map[string]int{
		"": 422, "a b": 422, "ü": 422, strings.Repeat("k", 129): 422, strings.Repeat("k", 128): 201, "!~": 201,
	} {
		got := payment("payments/x", key, `{"amount":5}`).to(t, a)
		got.want(t, status, "")
		if status == 422 && got.code(t) != "idempotency.key" {
			t.Errorf("%q: %s", key, got.body)
		}
	}
}
