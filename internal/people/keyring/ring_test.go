package keyring_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
	"reserva/internal/people/keyring"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// world is an installation: its database and its root keys. The keys are all of the
// installation's, so these tests run one after another.
type world struct {
	*testing.T
	db   *db.DB
	root *token.Keys
	now  atomic.Int64
}

func newWorld(t *testing.T) *world {
	w := &world{T: t}
	w.now.Store(time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC).Unix())
	w.db = testkit.DB(t, testkit.WithClock(w.clock))
	w.root = w.newRoot()
	w.exec(`DELETE FROM signing_keys`)
	return w
}

func (w *world) clock() time.Time { return time.Unix(w.now.Load(), 0) }

func (w *world) advance(d time.Duration) { w.now.Add(int64(d.Seconds())) }

func (w *world) newRoot() *token.Keys {
	w.Helper()
	root, err := token.NewKeys()
	if err != nil {
		w.Fatal(err)
	}
	return root
}

func (w *world) exec(sql string, args ...any) {
	w.Helper()
	if _, err := testkit.Superuser(w.T).Exec(w.Context(), sql, args...); err != nil {
		w.Fatal(err)
	}
}

// server is one of the processes of the installation.
type server struct {
	w      *world
	tokens *token.Tokens
	*keyring.Ring
}

func (w *world) server(root *token.Keys) *server {
	tokens := token.NewTokens(root, "reserva", w.clock)
	return &server{w, tokens, keyring.New(w.db, root, tokens, slog.New(slog.DiscardHandler))}
}

func (s *server) load() *server {
	s.w.Helper()
	if err := s.Load(s.w.Context()); err != nil {
		s.w.Fatal(err)
	}
	return s
}

func (s *server) rotate(revoke bool) (kid string) {
	s.w.Helper()
	kid, err := s.Rotate(s.w.Context(), revoke)
	if err != nil {
		s.w.Fatal(err)
	}
	return kid
}

func (s *server) turn() {
	s.w.Helper()
	if err := s.Turn(s.w.Context()); err != nil {
		s.w.Fatal(err)
	}
}

func (s *server) sign() string {
	s.w.Helper()
	signed, err := s.tokens.Sign(s.tokens.Claims("staff", "user", 30*time.Minute))
	if err != nil {
		s.w.Fatal(err)
	}
	return signed
}

func (s *server) accepts(signed string) bool {
	s.w.Helper()
	err := s.tokens.Verify(signed, "staff", &token.Claims{})
	if err != nil && !errors.Is(err, token.ErrToken) {
		s.w.Fatal(err)
	}
	return err == nil
}

func (s *server) kids() (kids []string) {
	for _, key := range s.tokens.Public().Keys {
		kids = append(kids, key.ID)
	}
	return kids
}

func TestRotationIsSeenByNobody(t *testing.T) {
	w := newWorld(t)
	before := w.server(w.root) // signs with what is derived, as it always did
	signedBefore := before.sign()
	a, b := w.server(w.root).load(), w.server(w.root).load()
	if !a.accepts(signedBefore) || !b.accepts(a.sign()) {
		t.Error("the first keys are not those that were used")
	}

	old := a.sign()
	fresh := a.rotate(false)
	a.load()
	if !slices.Equal(a.kids(), append([]string{fresh}, b.kids()...)) {
		t.Errorf("published %v before, %v after", b.kids(), a.kids())
	}
	if !b.accepts(a.sign()) {
		t.Error("a server that has not heard of the new key refuses tokens at once")
	}
	w.advance(31 * time.Second)
	b.load()
	w.advance(10 * time.Minute)
	young := a.sign()
	if !a.accepts(old) || !b.accepts(old) || !b.accepts(young) {
		t.Error("somebody was signed out")
	}

	// A day later nobody needs the old key, and its tokens have long expired.
	for _, still := range []bool{true, false} {
		a.turn()
		b.load()
		if slices.Contains(b.kids(), fresh) && len(b.kids()) == 2 != still {
			t.Errorf("kept are %v", b.kids())
		}
		w.advance(24 * time.Hour)
	}
}

func TestRemovedKeysAreRefused(t *testing.T) {
	w := newWorld(t)
	a, b := w.server(w.root).load(), w.server(w.root).load()
	stolen := a.sign()
	kid := a.rotate(true)
	a.load()
	b.load()
	if a.accepts(stolen) || b.accepts(stolen) {
		t.Error("a token of a removed key is accepted")
	}
	if !b.accepts(a.sign()) || !slices.Equal(b.kids(), []string{kid}) {
		t.Errorf("keys after the removal: %v", b.kids())
	}
	// A new server does not bring the derived key back.
	if w.server(w.root).load().accepts(stolen) {
		t.Error("a new server accepts the token of a removed key")
	}
}

func TestKeysAreReplacedByAge(t *testing.T) {
	w := newWorld(t)
	s := w.server(w.root).load()
	s.turn()
	if n := len(s.load().kids()); n != 1 {
		t.Fatalf("%d keys on the first day", n)
	}
	w.advance(90 * 24 * time.Hour)
	for range 2 { // whoever else does so at the same time adds no other
		s.turn()
	}
	if n := len(s.load().kids()); n != 2 {
		t.Errorf("%d keys after ninety days", n)
	}
}

// Who can write to the database has no key believed.
func TestOnlySealedKeysAreUsed(t *testing.T) {
	w := newWorld(t)
	s, strange := w.server(w.root).load(), w.server(w.newRoot())
	forged := token.NewSigningKey(w.clock().Add(-time.Hour))
	w.exec(`INSERT INTO signing_keys (kid, sealed, signs_from, created_at) VALUES ($1, $2, $3, $3)`, forged.ID, forged.Seed[:], forged.From)
	moved := token.NewSigningKey(w.clock().Add(-time.Hour))
	w.exec(`
		INSERT INTO signing_keys (kid, sealed, signs_from, created_at)
		SELECT $1, sealed, signs_from, created_at FROM signing_keys WHERE kid = $2`, moved.ID, s.kids()[0])
	mine := s.kids()
	if s.load(); !slices.Equal(s.kids(), mine) {
		t.Errorf("used are %v, want %v", s.kids(), mine)
	}
	// A server with other root keys has keys of its own.
	strange.load()
	if s.load(); s.accepts(strange.sign()) || strange.accepts(s.sign()) {
		t.Error("a server with other root keys is believed")
	}
}

func TestServersThatStartAtOnceAgree(t *testing.T) {
	w := newWorld(t)
	servers := make([]*server, 6)
	var wg sync.WaitGroup
	for i := range servers {
		servers[i] = w.server(w.root)
		wg.Go(func() {
			if err := servers[i].Load(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, s := range servers {
		if !slices.Equal(s.kids(), servers[0].kids()) || !s.accepts(servers[0].sign()) {
			t.Errorf("keys %v and %v", s.kids(), servers[0].kids())
		}
	}
}

func TestPublished(t *testing.T) {
	w := newWorld(t)
	s := w.server(w.root).load()
	s.rotate(false)
	s.load()
	mux := http.NewServeMux()
	keyring.Mount(mux, s.tokens)
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), "GET", "/.well-known/jwks.json", nil))
	if answer.Code != 200 || answer.Header().Get("Content-Type") != "application/jwk-set+json" || answer.Header().Get("Cache-Control") != "public, max-age=300" {
		t.Errorf("status %d, %v", answer.Code, answer.Header())
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(answer.Body.Bytes(), &set); err != nil {
		t.Fatal(err)
	}
	var kids []string
	for _, key := range set.Keys {
		kids = append(kids, key["kid"])
		if key["kty"] != "OKP" || key["x"] == "" || key["d"] != "" {
			t.Errorf("published %v", key)
		}
	}
	if len(kids) != 2 || !slices.Equal(kids, s.kids()) {
		t.Errorf("published %v, used are %v", kids, s.kids())
	}
}

func TestWatchHearsOfNewKeys(t *testing.T) {
	w := newWorld(t)
	a, b := w.server(w.root).load(), w.server(w.root).load()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		b.Watch(ctx, time.Millisecond)
	}()
	kid := a.rotate(false)
	for !slices.Contains(b.kids(), kid) {
		time.Sleep(time.Millisecond) // until the test's own time is over
	}
	cancel()
	<-ended
}
