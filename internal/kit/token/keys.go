package token

import (
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrKeys reports bytes that are not keys as Encode writes them.
var ErrKeys = errors.New("token: not a key file")

const (
	secretLength = 32
	keyIDLength  = 4 // bytes
)

// Keys are the server's secrets, in generations: the first signs, seals and makes MACs, and all of them verify and
// open. To rotate, put a new generation in front; drop the last one when nothing made with it is wanted any more.
// Every server of one installation needs the same Keys.
type Keys struct {
	generations []generation
}

// generation is one secret and what is derived from it. Each derived key has one purpose.
type generation struct {
	id     [keyIDLength]byte
	secret []byte
	sign   ed25519.PrivateKey
	mac    []byte
	seal   cipher.AEAD
}

// keyFile is the JSON form, the newest generation first.
type keyFile struct {
	Keys []keyEntry `json:"keys"`
}

type keyEntry struct {
	ID     string `json:"id"`     // 8 hexadecimal characters
	Secret string `json:"secret"` // 32 bytes in base64url without padding
}

// NewKeys returns fresh Keys of one generation.
func NewKeys() (*Keys, error) {
	secret := make([]byte, secretLength)
	rand.Read(secret)
	var id [keyIDLength]byte
	rand.Read(id[:])
	g, err := derive(id, secret)
	if err != nil {
		return nil, err
	}
	return &Keys{generations: []generation{g}}, nil
}

// ParseKeys reads what Encode wrote: the content of the key file, or of the environment variable that stands in for it.
// It fails with ErrKeys, and never repeats what it read.
func ParseKeys(data []byte) (*Keys, error) {
	var file keyFile
	if err := json.Unmarshal(data, &file); err != nil || len(file.Keys) == 0 {
		return nil, ErrKeys
	}
	k := &Keys{}
	seen := map[[keyIDLength]byte]bool{}
	for i, entry := range file.Keys {
		var id [keyIDLength]byte
		idBytes, idErr := hex.DecodeString(entry.ID)
		secret, secretErr := base64.RawURLEncoding.DecodeString(entry.Secret)
		if idErr != nil || secretErr != nil || len(idBytes) != keyIDLength || len(secret) != secretLength {
			return nil, fmt.Errorf("%w: key %d", ErrKeys, i+1)
		}
		copy(id[:], idBytes)
		if seen[id] {
			return nil, fmt.Errorf("%w: key %d has the id of another", ErrKeys, i+1)
		}
		seen[id] = true
		g, err := derive(id, secret)
		if err != nil {
			return nil, err
		}
		k.generations = append(k.generations, g)
	}
	return k, nil
}

// Encode returns the Keys as JSON. Whoever reads it can sign in as anybody.
func (k *Keys) Encode() ([]byte, error) {
	var file keyFile
	for _, g := range k.generations {
		file.Keys = append(file.Keys, keyEntry{
			ID:     hex.EncodeToString(g.id[:]),
			Secret: base64.RawURLEncoding.EncodeToString(g.secret),
		})
	}
	return json.MarshalIndent(file, "", "  ")
}

// Rotate returns Keys with a fresh generation in front of these.
func (k *Keys) Rotate() (*Keys, error) {
	fresh, err := NewKeys()
	if err != nil {
		return nil, err
	}
	return &Keys{generations: append(fresh.generations, k.generations...)}, nil
}

// String keeps the secrets out of logs.
func (k *Keys) String() string { return fmt.Sprintf("%d generations of keys", len(k.generations)) }

// GoString keeps the secrets out of logs.
func (k *Keys) GoString() string { return k.String() }

// MAC returns a keyed hash of 32 bytes of the parts, for a purpose. Parts are kept apart: "a", "bc" and "ab", "c" have
// different MACs. It stores a one-time code, as in MAC("sign-in", customer, code), and marks what must be recognised
// later without being readable.
func (k *Keys) MAC(purpose string, parts ...string) []byte {
	return k.generations[0].sum(purpose, parts)
}

// CheckMAC reports, in constant time, whether mac was made by MAC with these parts, under any generation.
func (k *Keys) CheckMAC(mac []byte, purpose string, parts ...string) bool {
	ok := false
	for _, g := range k.generations {
		if hmac.Equal(mac, g.sum(purpose, parts)) {
			ok = true
		}
	}
	return ok
}

func (g generation) sum(purpose string, parts []string) []byte {
	h := hmac.New(sha256.New, g.mac)
	for _, part := range append([]string{purpose}, parts...) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(part)))
		h.Write(length[:])
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

// derive makes the keys of one generation.
func derive(id [keyIDLength]byte, secret []byte) (generation, error) {
	var derived [3][]byte
	for i, purpose := range []string{"reserva sign ed25519", "reserva mac sha256", "reserva seal aes256gcm"} {
		key, err := hkdf.Key(sha256.New, secret, nil, purpose, 32)
		if err != nil {
			return generation{}, fmt.Errorf("token: deriving a key: %w", err)
		}
		derived[i] = key
	}
	seal, err := newSeal(derived[2])
	if err != nil {
		return generation{}, err
	}
	return generation{
		id: id, secret: secret, sign: ed25519.NewKeyFromSeed(derived[0]), mac: derived[1], seal: seal,
	}, nil
}
