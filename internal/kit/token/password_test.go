package token

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"

	"reserva/internal/kit/fault"
)

// cheap keeps the tests quick; what is tested does not depend on the cost.
func cheap() Params { return Params{Memory: 64, Time: 1} }

func hashOf(t *testing.T, h *Hasher, password string) string {
	t.Helper()
	stored, err := h.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func TestHashAndVerify(t *testing.T) {
	h := NewHasher(cheap())
	stored := hashOf(t, h, "Passw0rd!")
	if !strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Errorf("stored %s", stored)
	}
	if stored == hashOf(t, h, "Passw0rd!") {
		t.Error("the same password has the same hash twice")
	}
	for password, want := range map[string]bool{"Passw0rd!": true, "passw0rd!": false, "": false, "Passw0rd!\x00": false} {
		if got, err := h.Verify(t.Context(), password, stored); err != nil || got != want {
			t.Errorf("Verify(%q) = %v, %v; want %v", password, got, err, want)
		}
	}
}

// A hash made by the reference implementation (argon2 -id -t 2 -m 16 -p 1, salt "somesalt").
func TestVerifyAHashMadeElsewhere(t *testing.T) {
	const stored = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := NewHasher(cheap())
	if ok, err := h.Verify(t.Context(), "password", stored); err != nil || !ok {
		t.Errorf("Verify = %v, %v", ok, err)
	}
}

func TestVerifyRefusesWhatIsNoHash(t *testing.T) {
	h := NewHasher(cheap())
	const salt, hash = "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	for _, bad := range []string{
		"",
		"password",
		"$2a$10$abcdefghijklmnopqrstuv",
		"$argon2i$v=19$m=64,t=1,p=1$" + salt + "$" + hash,
		"$argon2id$v=16$m=64,t=1,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=1,p=4$" + salt + "$" + hash,
		"$argon2id$v=19$m=4294967295,t=1,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=100000,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=0,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=0,t=1,p=1$" + salt + "$" + hash,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$AAAA",
		"$argon2id$v=19$m=64,t=1,p=1$!!!!$" + hash,
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + hash + " trailing",
		"$argon2id$v=19$m=64,t=1,p=1$" + salt + "$" + strings.Repeat("A", 300),
	} {
		if ok, err := h.Verify(t.Context(), "password", bad); ok || !errors.Is(err, ErrHash) {
			t.Errorf("Verify against %.60q = %v, %v; want ErrHash", bad, ok, err)
		}
		if !h.NeedsRehash(bad) {
			t.Errorf("%.60q needs no rehash", bad)
		}
	}
}

func TestNeedsRehash(t *testing.T) {
	old, now := NewHasher(cheap()), NewHasher(Params{Memory: 128, Time: 1})
	stored := hashOf(t, old, "Passw0rd!")
	if old.NeedsRehash(stored) || !now.NeedsRehash(stored) {
		t.Errorf("NeedsRehash = %v with its own parameters, %v with others", old.NeedsRehash(stored), now.NeedsRehash(stored))
	}
	if ok, err := now.Verify(t.Context(), "Passw0rd!", stored); err != nil || !ok {
		t.Errorf("a hash with old parameters: %v, %v", ok, err)
	}
}

func TestVerifyNothing(t *testing.T) {
	h := NewHasher(cheap())
	for _, password := range []string{"", "Passw0rd!"} {
		if err := h.VerifyNothing(t.Context(), password); err != nil {
			t.Errorf("VerifyNothing(%q): %v", password, err)
		}
		if ok, err := h.Verify(t.Context(), password, h.nothing); ok || err != nil {
			t.Errorf("%q is the password of nobody: %v, %v", password, ok, err)
		}
	}
	if h.NeedsRehash(h.nothing) {
		t.Error("nobody's hash costs other work than a real one")
	}
}

func TestHasherWaitsForATurn(t *testing.T) {
	h := NewHasher(cheap())
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := h.Hash(ctx, "Passw0rd!")
		done <- err
	}()
	select {
	case err := <-done:
		t.Fatalf("hashed while all turns were taken: %v", err)
	default:
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Hash: %v, want context.Canceled", err)
	}
	if err := h.VerifyNothing(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("VerifyNothing: %v, want context.Canceled", err)
	}
	<-h.turns
	if _, err := h.Hash(t.Context(), "Passw0rd!"); err != nil {
		t.Errorf("with a turn free: %v", err)
	}
	if taken := len(h.turns); taken != cap(h.turns)-1 {
		t.Errorf("%d turns are taken afterwards, want %d", taken, cap(h.turns)-1)
	}
}

func TestHasherLeavesProcessorsToOthers(t *testing.T) {
	if turns := cap(NewHasher(cheap()).turns); turns < 1 || turns > max(1, runtime.GOMAXPROCS(0)/2) {
		t.Errorf("%d passwords at once on %d processors", turns, runtime.GOMAXPROCS(0))
	}
}

func TestHasherGivesUp(t *testing.T) {
	h := NewHasher(cheap())
	h.patience = 0
	for range cap(h.turns) {
		h.turns <- struct{}{}
	}
	_, err := h.Verify(t.Context(), "x", h.nothing)
	if f, ok := fault.As(err); !ok || !errors.Is(err, ErrBusy) || f.Status() != 503 || f.RetryAfter != patience {
		t.Errorf("with no turn left: %v, want ErrBusy with Retry-After", err)
	}
	if taken := len(h.turns); taken != cap(h.turns) {
		t.Errorf("%d turns are taken afterwards, want %d", taken, cap(h.turns))
	}
}

func TestCheckPassword(t *testing.T) {
	for password, want := range map[string]string{
		"Zebrafink7!":                     "",
		"Pässwörd 1€":                     "",
		"A1!" + strings.Repeat("é", 5):    "",
		"Aa1!" + strings.Repeat("é", 124): "",
		"Aa1!" + strings.Repeat("é", 125): "The password may have at most 128 characters.",
		"Aa1!567":                         "The password needs at least 8 characters.",
		"":                                "The password needs at least 8 characters.",
		"passw0rd!":                       "The password needs an upper-case letter.",
		"PASSW0RD!":                       "The password needs a lower-case letter.",
		"Password!":                       "The password needs a digit.",
		"Passw0rd1":                       "The password needs a symbol.",
		"Passw0rd ":                       "The password needs a symbol.",
		"password":                        "The password needs an upper-case letter, a digit and a symbol.",
		"        ":                        "The password needs an upper-case letter, a lower-case letter, a digit and a symbol.",
		"Passw0rd!\x00":                   "The password has characters that cannot be typed.",
		"Passw0rd!\xff":                   "The password has characters that cannot be typed.",
	} {
		if got := CheckPassword(password); got != want {
			t.Errorf("CheckPassword(%.20q) = %q, want %q", password, got, want)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	h := NewHasher(DefaultParams())
	for b.Loop() {
		if _, err := h.Hash(b.Context(), "Passw0rd!"); err != nil {
			b.Fatal(err)
		}
	}
}
