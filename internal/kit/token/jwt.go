package token

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var (
	// ErrToken reports a token that was not signed here for this audience, or is malformed.
	ErrToken = errors.New("token: not a valid token")
	// ErrExpired reports a token that was valid and is no longer.
	ErrExpired = errors.New("token: expired")
)

// Claims are the registered claims of RFC 7519. Embed them in a struct with the claims of an audience.
type Claims = jwt.RegisteredClaims

// maxToken is the longest token looked at, in bytes.
const maxToken = 8 << 10

// Tokens signs and verifies JSON Web Tokens, with Ed25519 and nothing else.
type Tokens struct {
	issuer string
	now    func() time.Time
	keys   atomic.Pointer[keySet]
}

// NewTokens returns Tokens that sign with the first generation of keys and verify with all of them, until Use gives
// them others. The issuer names this installation; now tells the time.
func NewTokens(keys *Keys, issuer string, now func() time.Time) *Tokens {
	t := &Tokens{issuer: issuer, now: now}
	t.Use(keys.SigningKeys())
	return t
}

// Claims returns registered claims from now until the lifetime is over: issuer, audience, subject, iat and exp.
func (t *Tokens) Claims(audience, subject string, lifetime time.Duration) Claims {
	now := t.now()
	return Claims{
		Issuer:    t.issuer,
		Audience:  jwt.ClaimStrings{audience},
		Subject:   subject,
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
	}
}

// Sign returns the signed token. The claims hold those that t.Claims made; without issuer, audience or expiry no
// Verify would accept the token, so Sign refuses them.
func (t *Tokens) Sign(claims jwt.Claims) (string, error) {
	issuer, issuerErr := claims.GetIssuer()
	audience, audienceErr := claims.GetAudience()
	expires, expiresErr := claims.GetExpirationTime()
	if err := errors.Join(issuerErr, audienceErr, expiresErr); err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	if issuer != t.issuer || len(audience) != 1 || audience[0] == "" || expires == nil {
		return "", errors.New("token: claims without issuer, audience or expiry")
	}
	key, ok := t.keys.Load().signing(t.now())
	if !ok {
		return "", errors.New("token: there is no key to sign with")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = key.kid
	signed, err := token.SignedString(key.private)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	return signed, nil
}

// Verify decodes a token that this installation signed for the audience into claims, a pointer to a struct that embeds
// Claims. It fails with ErrToken, or with ErrExpired when time alone has made the token invalid; claims are then not
// to be looked at.
func (t *Tokens) Verify(token, audience string, claims jwt.Claims) error {
	if len(token) > maxToken || audience == "" {
		return ErrToken
	}
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(t.issuer),
		jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
		jwt.WithTimeFunc(t.now),
	}
	keys := t.keys.Load()
	err := keys.parse(token, claims, options)
	switch {
	case err == nil:
		return nil
	case onlyExpired(err):
		return ErrExpired
	}
	return ErrToken
}

// parse decodes a token and checks everything, except the signature of one whose signature was checked before.
func (s *keySet) parse(token string, claims jwt.Claims, options []jwt.ParserOption) error {
	print := sha256.Sum256([]byte(token))
	if s.signed.read(print, claims) {
		return jwt.NewValidator(options...).Validate(claims)
	}
	_, err := jwt.NewParser(options...).ParseWithClaims(token, claims, s.key)
	if err == nil {
		s.signed.add(print, claims)
	}
	return err
}

func (s *keySet) key(token *jwt.Token) (any, error) {
	kid, _ := token.Header["kid"].(string)
	key, ok := s.verifying(kid)
	if !ok {
		return nil, ErrToken
	}
	return key, nil
}

// onlyExpired reports whether the signature held and no claim but the expiry failed: an expired token for somebody
// else is not told from any other that is not for us.
func onlyExpired(err error) bool {
	for _, other := range []error{
		jwt.ErrTokenMalformed, jwt.ErrTokenUnverifiable, jwt.ErrTokenSignatureInvalid, jwt.ErrTokenInvalidAudience,
		jwt.ErrTokenInvalidIssuer, jwt.ErrTokenRequiredClaimMissing, jwt.ErrTokenNotValidYet,
	} {
		if errors.Is(err, other) {
			return false
		}
	}
	return errors.Is(err, jwt.ErrTokenExpired)
}
