// Package id makes the identifiers that every row and every answer carries: 24 lower-case hexadecimal characters,
// twelve bytes.
//
// New puts the second of creation first, so that rows made together lie together in an index, and eight bytes of
// crypto/rand after it, because some reads are guarded by nothing but not knowing the id. Random spends all twelve
// bytes on randomness, for ids that travel in links and must not tell when they were made.
//
// An id is not a credential: a secret comes from package token.
package id

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// Length is the number of characters in an ID.
const Length = 24

// ErrInvalid reports a text that is not 24 hexadecimal characters.
var ErrInvalid = errors.New("id: not 24 hexadecimal characters")

// ID is 24 lower-case hexadecimal characters, or empty where there is none.
type ID string

// New returns an ID of the present second.
func New() ID { return NewAt(time.Now()) }

// NewAt returns an ID of t's second. Ids of one second are in no order among themselves.
func NewAt(t time.Time) ID {
	var b [Length / 2]byte
	binary.BigEndian.PutUint32(b[:4], uint32(t.Unix()))
	rand.Read(b[4:]) // never fails: the runtime ends the program when the system has no randomness
	return encode(b)
}

// First returns the smallest ID of t's second: a bound for reads of what was made at t or later.
func First(t time.Time) ID {
	var b [Length / 2]byte
	binary.BigEndian.PutUint32(b[:4], uint32(t.Unix()))
	return encode(b)
}

// Random returns an ID of twelve random bytes, which says nothing about its time.
func Random() ID {
	var b [Length / 2]byte
	rand.Read(b[:])
	return encode(b)
}

// Parse returns s as an ID, in lower case. It fails with ErrInvalid.
func Parse(s string) (ID, error) {
	if len(s) != Length {
		return "", ErrInvalid
	}
	id := ID(strings.ToLower(s))
	if !id.Valid() {
		return "", ErrInvalid
	}
	return id, nil
}

// Valid reports whether the ID is 24 lower-case hexadecimal characters.
func (id ID) Valid() bool {
	if len(id) != Length {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// String returns the ID as text.
func (id ID) String() string { return string(id) }

func encode(b [Length / 2]byte) ID {
	var text [Length]byte
	hex.Encode(text[:], b[:])
	return ID(text[:])
}
