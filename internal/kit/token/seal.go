package token

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
)

// ErrSealed reports bytes that were not sealed with these keys for this purpose, or were changed since.
var ErrSealed = errors.New("token: cannot open what is sealed")

// sealVersion begins everything sealed: version, key id, nonce, AES-256-GCM ciphertext and tag.
const sealVersion = 1

// Seal encrypts a secret for storage. The purpose is authenticated with it: name the place where it is kept, row
// included, as in "paperid.secret:"+tenant, so that a ciphertext moved elsewhere does not open.
func (k *Keys) Seal(purpose string, plain []byte) []byte {
	g := k.generations[0]
	header := append([]byte{sealVersion}, g.id[:]...)
	return g.seal.Seal(header, nil, plain, additional(header, purpose))
}

// Open decrypts what Seal made for the same purpose, under any generation. It fails with ErrSealed.
func (k *Keys) Open(purpose string, sealed []byte) ([]byte, error) {
	const headerLength = 1 + keyIDLength
	if len(sealed) < headerLength || sealed[0] != sealVersion {
		return nil, ErrSealed
	}
	header, body := sealed[:headerLength], sealed[headerLength:]
	for _, g := range k.generations {
		if string(g.id[:]) != string(header[1:]) {
			continue
		}
		plain, err := g.seal.Open(nil, nil, body, additional(header, purpose))
		if err != nil {
			return nil, ErrSealed
		}
		return plain, nil
	}
	return nil, fmt.Errorf("%w: its key is not here", ErrSealed)
}

// SealedNow reports whether bytes were sealed under the newest generation: what was not has to be sealed anew before
// its generation can be dropped.
func (k *Keys) SealedNow(sealed []byte) bool {
	newest := k.generations[0].id
	return len(sealed) > keyIDLength && sealed[0] == sealVersion && string(sealed[1:1+keyIDLength]) == string(newest[:])
}

func additional(header []byte, purpose string) []byte {
	return append(append([]byte(nil), header...), purpose...)
}

// newSeal returns AES-256-GCM that puts a random nonce of its own in front of each ciphertext. Ninety-six random bits
// are safe for four thousand million secrets under one key.
func newSeal(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("token: %w", err)
	}
	return aead, nil
}
