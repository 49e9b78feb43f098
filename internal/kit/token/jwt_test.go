package token

import (
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

type staffClaims struct {
	Claims
	Tenant  string   `json:"tenant_id"`
	Outlets []string `json:"outlet_ids"`
}

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func noon() *clock { return &clock{time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)} }

func sign(t testing.TB, tokens *Tokens, claims jwt.Claims) string {
	t.Helper()
	signed, err := tokens.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestTokensRoundTrip(t *testing.T) {
	c := noon()
	tokens := NewTokens(newKeys(t), "reserva", c.now)
	want := staffClaims{Claims: tokens.Claims("staff", "user-1", 30*time.Minute), Tenant: "t1", Outlets: []string{"o1"}}
	want.ID = "jti-1"
	signed := sign(t, tokens, want)

	var got staffClaims
	if err := tokens.Verify(signed, "staff", &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("time", func(d jwt.NumericDate) int64 { return d.Unix() })); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	c.Time = c.Add(30*time.Minute - time.Second)
	if err := tokens.Verify(signed, "staff", &got); err != nil {
		t.Errorf("a second before it expires: %v", err)
	}
	c.Time = c.Add(time.Second)
	if err := tokens.Verify(signed, "staff", &got); !errors.Is(err, ErrExpired) {
		t.Errorf("when it expires: %v, want ErrExpired", err)
	}
	if err := tokens.Verify(signed, "customer", &got); !errors.Is(err, ErrToken) {
		t.Errorf("expired and for another audience: %v, want ErrToken", err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	c := noon()
	keys := newKeys(t)
	tokens := NewTokens(keys, "reserva", c.now)
	good := tokens.Claims("staff", "user-1", time.Hour)
	signed := sign(t, tokens, good)
	forge := func(method jwt.SigningMethod, key any, kid any, claims jwt.Claims) string {
		token := jwt.NewWithClaims(method, claims)
		if kid != nil {
			token.Header["kid"] = kid
		}
		text, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	ours, kid := keys.generations[0].sign, tokens.keys.Load().newestFirst[0].kid
	with := func(change func(*Claims)) string {
		claims := good
		change(&claims)
		return forge(jwt.SigningMethodEdDSA, ours, kid, claims)
	}
	parts := strings.Split(signed, ".")
	rsaKey, err := rsa.GenerateKey(nil, 2048)
	if err != nil {
		t.Fatal(err)
	}

	tests := map[string]string{
		"empty":             "",
		"two parts":         parts[0] + "." + parts[1],
		"no signature":      parts[0] + "." + parts[1] + ".",
		"other signature":   parts[0] + "." + parts[1] + "." + strings.Split(sign(t, tokens, tokens.Claims("staff", "b", 1)), ".")[2],
		"far too long":      signed + strings.Repeat("A", maxToken),
		"padding":           signed + "=",
		"algorithm none":    forge(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, kid, good),
		"HS256, public key": forge(jwt.SigningMethodHS256, []byte(tokens.keys.Load().newestFirst[0].public), kid, good),
		"RS256":             forge(jwt.SigningMethodRS256, rsaKey, kid, good),
		"stranger's key":    forge(jwt.SigningMethodEdDSA, newKeys(t).generations[0].sign, kid, good),
		"no kid":            forge(jwt.SigningMethodEdDSA, ours, nil, good),
		"kid no text":       forge(jwt.SigningMethodEdDSA, ours, 7, good),
		"unknown kid":       forge(jwt.SigningMethodEdDSA, ours, "ffffffff", good),
		"no expiry":         with(func(c *Claims) { c.ExpiresAt = nil }),
		"other issuer":      with(func(c *Claims) { c.Issuer = "elsewhere" }),
		"no issuer":         with(func(c *Claims) { c.Issuer = "" }),
		"other audience":    with(func(c *Claims) { c.Audience = jwt.ClaimStrings{"customer"} }),
		"no audience":       with(func(c *Claims) { c.Audience = nil }),
		"not yet valid":     with(func(c *Claims) { c.NotBefore = jwt.NewNumericDate(noon().Add(time.Minute)) }),
	}
	for name, token := range tests {
		var claims Claims
		if err := tokens.Verify(token, "staff", &claims); !errors.Is(err, ErrToken) {
			t.Errorf("%s: %v, want ErrToken", name, err)
		}
	}
	if err := tokens.Verify(signed, "", new(Claims)); !errors.Is(err, ErrToken) {
		t.Errorf("asked for no audience: %v, want ErrToken", err)
	}
	if err := tokens.Verify(signed, "staff", new(Claims)); err != nil {
		t.Errorf("the token itself: %v", err)
	}
}

func TestVerifyRefusesChangedClaims(t *testing.T) {
	tokens := NewTokens(newKeys(t), "reserva", noon().now)
	parts := strings.Split(sign(t, tokens, tokens.Claims("staff", "user-1", time.Hour)), ".")
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var claims map[string]any
	if err := json.Unmarshal(body, &claims); err != nil {
		t.Fatal(err)
	}
	claims["sub"] = "user-2"
	if body, err = json.Marshal(claims); err != nil {
		t.Fatal(err)
	}
	parts[1] = base64.RawURLEncoding.EncodeToString(body)
	if err := tokens.Verify(strings.Join(parts, "."), "staff", new(Claims)); !errors.Is(err, ErrToken) {
		t.Errorf("Verify: %v, want ErrToken", err)
	}
}

func TestTokensSurviveRotation(t *testing.T) {
	keys := newKeys(t)
	old := NewTokens(keys, "reserva", noon().now)
	rotatedKeys, err := keys.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	rotated := NewTokens(rotatedKeys, "reserva", noon().now)
	if err := rotated.Verify(sign(t, old, old.Claims("staff", "a", time.Hour)), "staff", new(Claims)); err != nil {
		t.Errorf("a token of the old generation: %v", err)
	}
	fresh := sign(t, rotated, rotated.Claims("staff", "a", time.Hour))
	if err := rotated.Verify(fresh, "staff", new(Claims)); err != nil {
		t.Errorf("a token of the new generation: %v", err)
	}
	if err := old.Verify(fresh, "staff", new(Claims)); !errors.Is(err, ErrToken) {
		t.Errorf("the old keys verify a token of the new generation: %v", err)
	}
}

func TestSignRefusesClaimsThatNobodyWouldAccept(t *testing.T) {
	tokens := NewTokens(newKeys(t), "reserva", noon().now)
	for name, change := range map[string]func(*Claims){
		"no issuer":     func(c *Claims) { c.Issuer = "" },
		"no audience":   func(c *Claims) { c.Audience = nil },
		"two audiences": func(c *Claims) { c.Audience = jwt.ClaimStrings{"staff", "customer"} },
		"no expiry":     func(c *Claims) { c.ExpiresAt = nil },
	} {
		claims := tokens.Claims("staff", "a", time.Hour)
		change(&claims)
		if signed, err := tokens.Sign(claims); err == nil {
			t.Errorf("%s: signed as %s", name, signed)
		}
	}
}

func FuzzVerify(f *testing.F) {
	tokens := NewTokens(newKeys(f), "reserva", noon().now)
	signed := sign(f, tokens, tokens.Claims("staff", "a", time.Hour))
	f.Add(signed)
	f.Add("..")
	f.Fuzz(func(t *testing.T, s string) {
		if err := tokens.Verify(s, "staff", new(Claims)); err == nil && s != signed {
			t.Fatalf("%q verifies", s)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	tokens := NewTokens(newKeys(b), "reserva", noon().now)
	signed := sign(b, tokens, staffClaims{Claims: tokens.Claims("staff", "a", time.Hour), Tenant: "t"})
	for b.Loop() {
		if err := tokens.Verify(signed, "staff", new(staffClaims)); err != nil {
			b.Fatal(err)
		}
	}
}
