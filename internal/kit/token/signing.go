package token

import (
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"
)

// SigningKey is one key that signs tokens. Whoever has the seed can sign in as anybody.
type SigningKey struct {
	ID   string           // the kid of the tokens that it signs
	Seed [SeedLength]byte // of Ed25519
	From time.Time        // when it begins to sign; it verifies from the first
}

// SeedLength is the length of a SigningKey's seed, in bytes.
const SeedLength = ed25519.SeedSize

// NewSigningKey returns a fresh key that signs from a moment on.
func NewSigningKey(from time.Time) SigningKey {
	k := SigningKey{From: from}
	var id [8]byte
	rand.Read(id[:])
	rand.Read(k.Seed[:])
	k.ID = hex.EncodeToString(id[:])
	return k
}

// String keeps the seed out of logs.
func (k SigningKey) String() string { return "signing key " + k.ID }

// GoString keeps the seed out of logs.
func (k SigningKey) GoString() string { return k.String() }

// SigningKeys returns the keys that are derived from the generations: what signs where nothing else is given to Tokens.
func (k *Keys) SigningKeys() []SigningKey {
	var all []SigningKey
	for i, g := range k.generations {
		derived := SigningKey{ID: hex.EncodeToString(g.id[:]), Seed: [SeedLength]byte(g.sign.Seed())}
		derived.From = time.Unix(int64(len(k.generations)-1-i), 0) // the first generation signs
		all = append(all, derived)
	}
	return all
}

// keySet is what Tokens work with at one moment. It is never changed.
type keySet struct {
	newestFirst []pair
	verify      map[string]ed25519.PublicKey
	signed      proven
}

// pair is a key, made ready.
type pair struct {
	kid     string
	from    time.Time
	private ed25519.PrivateKey
	public  ed25519.PublicKey
}

// Use makes t sign with the newest of the keys that signs already, and verify with all of them and no others. It may be
// called while tokens are signed and verified.
func (t *Tokens) Use(keys []SigningKey) {
	set := &keySet{verify: map[string]ed25519.PublicKey{}}
	for _, key := range keys {
		private := ed25519.NewKeyFromSeed(key.Seed[:])
		p := pair{kid: key.ID, from: key.From, private: private, public: private.Public().(ed25519.PublicKey)}
		set.newestFirst = append(set.newestFirst, p)
		set.verify[p.kid] = p.public
	}
	slices.SortFunc(set.newestFirst, func(a, b pair) int { return cmp.Or(b.from.Compare(a.from), cmp.Compare(a.kid, b.kid)) })
	t.keys.Store(set)
}

// signing is the newest key whose time has come; by a clock that is behind, the
// oldest. There is none where Tokens were given none.
func (s *keySet) signing(now time.Time) (pair, bool) {
	for i, key := range s.newestFirst {
		if !key.from.After(now) || i == len(s.newestFirst)-1 {
			return key, true
		}
	}
	return pair{}, false
}

func (s *keySet) verifying(kid string) (ed25519.PublicKey, bool) {
	key, ok := s.verify[kid]
	return key, ok
}

// JWK is the public half of a key that signs tokens, as RFC 7517 and RFC 8037 write it.
type JWK struct {
	KeyType   string `json:"kty"` // OKP
	Curve     string `json:"crv"` // Ed25519
	Algorithm string `json:"alg"` // EdDSA
	Use       string `json:"use"` // sig
	ID        string `json:"kid"`
	X         string `json:"x"` // the public key in base64url
}

// JWKS is a set of public keys, as RFC 7517 writes it.
type JWKS struct {
	Keys []JWK `json:"keys"`
}

// Public returns the public halves of all keys that verify, also of those that do not sign yet, the newest first.
func (t *Tokens) Public() JWKS {
	out := JWKS{Keys: []JWK{}}
	for _, key := range t.keys.Load().newestFirst {
		out.Keys = append(out.Keys, JWK{
			KeyType: "OKP", Curve: "Ed25519", Algorithm: "EdDSA", Use: "sig", ID: key.kid,
			X: base64.RawURLEncoding.EncodeToString(key.public),
		})
	}
	return out
}
