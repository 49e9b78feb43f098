package token

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// A token whose signature was checked before is held against everything else again:
// another audience, another issuer, its end, and the keys that verify by now.
func TestProvenTokensAreHeldAgainstTheRest(t *testing.T) {
	t.Parallel()
	c := noon()
	keys := newKeys(t)
	tokens := NewTokens(keys, "reserva", c.now)
	signed := sign(t, tokens, staffClaims{Claims: tokens.Claims("staff", "user-1", time.Hour), Tenant: "t1"})
	verify := func(tokens *Tokens, token, audience string) (staffClaims, error) {
		var got staffClaims
		err := tokens.Verify(token, audience, &got)
		return got, err
	}
	for range 3 {
		if got, err := verify(tokens, signed, "staff"); err != nil || got.Subject != "user-1" || got.Tenant != "t1" {
			t.Fatalf("verified as %+v, %v", got, err)
		}
	}
	if !tokens.keys.Load().signed.read(sha256.Sum256([]byte(signed)), &staffClaims{}) {
		t.Error("the token is not remembered")
	}
	var other Claims
	if err := tokens.Verify(signed, "staff", &other); err != nil || other.Subject != "user-1" {
		t.Errorf("into other claims: %+v, %v", other, err)
	}
	if _, err := verify(tokens, signed, "customer"); !errors.Is(err, ErrToken) {
		t.Errorf("for another audience: %v", err)
	}
	head, signature, _ := strings.Cut(signed[strings.Index(signed, ".")+1:], ".")
	forged := strings.Replace(signed, signature, strings.Repeat("A", len(signature)), 1)
	if _, err := verify(tokens, forged, "staff"); head == "" || !errors.Is(err, ErrToken) {
		t.Errorf("with another signature: %v", err)
	}
	if tokens.keys.Load().signed.read(sha256.Sum256([]byte(forged)), &staffClaims{}) {
		t.Error("a forged token is remembered")
	}
	c.Time = c.Add(time.Hour)
	if _, err := verify(tokens, signed, "staff"); !errors.Is(err, ErrExpired) {
		t.Errorf("expired: %v", err)
	}
	c.Time = c.Add(-time.Hour)
	tokens.Use([]SigningKey{NewSigningKey(c.now())})
	if _, err := verify(tokens, signed, "staff"); !errors.Is(err, ErrToken) {
		t.Errorf("after its key was taken away: %v", err)
	}
	tokens.Use(keys.SigningKeys())
	if _, err := verify(tokens, signed, "staff"); err != nil {
		t.Errorf("with its key again: %v", err)
	}
}

// What is remembered is bounded, and the newest is.
func TestProvenIsBounded(t *testing.T) {
	t.Parallel()
	var p proven
	print := func(n int) (out [sha256.Size]byte) {
		binary.BigEndian.PutUint64(out[:], uint64(n))
		return out
	}
	has := func(n int) bool {
		var got staffClaims
		return p.read(print(n), &got) && got.Tenant == fmt.Sprint(n)
	}
	const many = 3*provenAtMost + 7
	for n := range many {
		p.add(print(n), &staffClaims{Tenant: fmt.Sprint(n)})
		if !has(n) {
			t.Fatalf("%d is forgotten at once", n)
		}
	}
	if held := len(p.now) + len(p.before); held > 2*provenAtMost || has(0) || !has(many-provenAtMost) {
		t.Errorf("%d held; the first %v, the latest %v", held, has(0), has(many-provenAtMost))
	}
}
