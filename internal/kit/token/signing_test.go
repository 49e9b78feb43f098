package token

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

func kidOf(t *testing.T, signed string) string {
	t.Helper()
	parsed, _, err := jwt.NewParser().ParseUnverified(signed, &Claims{})
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Header["kid"].(string)
}

func TestRotationSignsNobodyOut(t *testing.T) {
	c := noon()
	tokens := NewTokens(newKeys(t), "reserva", c.now)
	first, second := NewSigningKey(c.now()), NewSigningKey(c.now().Add(10*time.Minute))
	issue := func() string { return sign(t, tokens, tokens.Claims("staff", "user-1", 30*time.Minute)) }
	verify := func(signed string, want error) {
		t.Helper()
		if err := tokens.Verify(signed, "staff", &Claims{}); !errors.Is(err, want) {
			t.Errorf("Verify = %v, want %v", err, want)
		}
	}

	derived := issue()
	tokens.Use([]SigningKey{first})
	verify(derived, ErrToken) // a key that is not given any more
	old := issue()
	tokens.Use([]SigningKey{first, second})
	if kid := kidOf(t, issue()); kid != first.ID {
		t.Errorf("signed with %s before its time", kid)
	}
	c.Time = c.Add(10 * time.Minute)
	young := issue()
	if kid := kidOf(t, young); kid != second.ID {
		t.Errorf("signed with %s, want the newer key", kid)
	}
	verify(old, nil)
	verify(young, nil)
	tokens.Use([]SigningKey{second})
	verify(old, ErrToken)
	verify(young, nil)
}

// A server whose clock is behind goes on with the key that others use.
func TestNoKeySignsYet(t *testing.T) {
	c := noon()
	tokens := NewTokens(newKeys(t), "reserva", c.now)
	soon, later := NewSigningKey(c.now().Add(time.Second)), NewSigningKey(c.now().Add(time.Minute))
	tokens.Use([]SigningKey{later, soon})
	if kid := kidOf(t, sign(t, tokens, tokens.Claims("staff", "u", time.Hour))); kid != soon.ID {
		t.Errorf("signed with %s, want the older key", kid)
	}
	tokens.Use(nil)
	if signed, err := tokens.Sign(tokens.Claims("staff", "u", time.Hour)); err == nil {
		t.Errorf("signed %s", signed)
	}
}

// The derived keys sign as they did before there were others.
func TestDerivedKeysOfGenerations(t *testing.T) {
	old := newKeys(t)
	rotated, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	c := noon()
	before, after := NewTokens(old, "reserva", c.now), NewTokens(rotated, "reserva", c.now)
	signed := sign(t, before, before.Claims("staff", "u", time.Hour))
	if err := after.Verify(signed, "staff", &Claims{}); err != nil {
		t.Errorf("a token of the older generation: %v", err)
	}
	if kid := kidOf(t, sign(t, after, after.Claims("staff", "u", time.Hour))); kid == kidOf(t, signed) {
		t.Error("the older generation signs")
	}
}

// What is published is enough to verify with, and holds no secret.
func TestPublicKeysVerify(t *testing.T) {
	c := noon()
	tokens := NewTokens(newKeys(t), "reserva", c.now)
	keys := []SigningKey{NewSigningKey(c.now()), NewSigningKey(c.now().Add(time.Minute))}
	tokens.Use(keys)
	signed := sign(t, tokens, tokens.Claims("staff", "u", time.Hour))
	published, err := json.Marshal(tokens.Public())
	if err != nil {
		t.Fatal(err)
	}
	var set JWKS
	if err := json.Unmarshal(published, &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%v in %s", err, published)
	}
	for _, key := range keys {
		for _, secret := range []string{base64.RawURLEncoding.EncodeToString(key.Seed[:]), `"d"`} {
			if strings.Contains(string(published), secret) {
				t.Errorf("a secret in %s", published)
			}
		}
		if text := fmt.Sprintf("%v %+v %#v", key, key, key); strings.Contains(text, fmt.Sprint(key.Seed[0], key.Seed[1])) || !strings.Contains(text, key.ID) {
			t.Errorf("printed as %s", text)
		}
	}
	verified := 0
	for _, key := range set.Keys {
		x, err := base64.RawURLEncoding.DecodeString(key.X)
		if err != nil || key.KeyType != "OKP" || key.Curve != "Ed25519" || key.Algorithm != "EdDSA" || key.Use != "sig" {
			t.Errorf("%v: %+v", err, key)
		}
		if kidOf(t, signed) != key.ID {
			continue
		}
		parts := strings.Split(signed, ".")
		signature, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil || !ed25519.Verify(x, []byte(parts[0]+"."+parts[1]), signature) {
			t.Errorf("the published key does not verify: %v", err)
		}
		verified++
	}
	if verified != 1 {
		t.Errorf("%d published keys have the kid of the token", verified)
	}
}
