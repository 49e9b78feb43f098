package token

import (
	"bytes"
	"testing"
)

// Whatever is read as a hash is one that could have been written, within the bounds of
// what this machine is willing to compute.
func FuzzDecodeHash(f *testing.F) {
	stored, err := NewHasher(Params{Memory: 8, Time: 1}).Hash(f.Context(), "SecurePass123!")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stored)
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA")
	f.Add("$argon2id$v=19$m=-8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, stored string) {
		params, salt, hash, err := decodeHash(stored)
		if err != nil {
			return
		}
		if encodeHash(params, salt, hash) != stored || params.Memory > maxMemory || params.Time > maxTime {
			t.Errorf("%q is read as %+v", stored, params)
		}
	})
}

// Nothing opens but what was sealed.
func FuzzOpen(f *testing.F) {
	keys := newKeys(f)
	sealed := keys.Seal("a", []byte("secret"))
	f.Add(sealed)
	f.Add(sealed[:20])
	f.Add([]byte{sealVersion})
	f.Fuzz(func(t *testing.T, changed []byte) {
		if plain, err := keys.Open("a", changed); err == nil && !bytes.Equal(changed, sealed) {
			t.Errorf("%x opens as %q", changed, plain)
		}
		if _, err := keys.Open("b", changed); err == nil {
			t.Errorf("%x opens for another purpose", changed)
		}
	})
}

// Keys that are read can be written, and are the same.
func FuzzParseKeys(f *testing.F) {
	encoded, err := newKeys(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(encoded)
	f.Add([]byte(`{"keys":[{"id":"","secret":""}]}`))
	f.Add([]byte(`{"keys":[null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		keys, err := ParseKeys(data)
		if err != nil {
			return
		}
		written, err := keys.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseKeys(written)
		if err != nil || !again.CheckMAC(keys.MAC("a", "b"), "a", "b") {
			t.Errorf("%s is read, and %s is not the same: %v", data, written, err)
		}
	})
}
