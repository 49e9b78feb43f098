package token

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"reserva/internal/kit/fault"
)

// ErrBusy refuses a password that waited too long for its turn. Nothing was compared.
var ErrBusy = fault.New(fault.Unavailable, "auth.busy", "Too many people are signing in at this moment. Try again.").
	WithRetryAfter(patience)

// ErrHash reports a stored hash that is not argon2id in PHC form, or asks for an absurd amount of work.
var ErrHash = errors.New("token: not a password hash")

// Params is the work that one hash costs.
type Params struct {
	Memory uint32 // KiB
	Time   uint32 // passes
}

// DefaultParams are 19 MiB and two passes, the least that OWASP recommends: about 20 ms of a core.
func DefaultParams() Params { return Params{Memory: 19 * 1024, Time: 2} }

const (
	saltLength = 16
	hashLength = 32
	// A stored hash beyond these would let one row stop the server.
	maxMemory = 1 << 20 // KiB
	maxTime   = 64

	// patience is how long a password waits for its turn: a queue that is longer would be answered after its
	// clients have gone.
	patience = 5 * time.Second
)

// Hasher hashes and verifies passwords. As many as half of the processors do so at once, so that a burst of sign-ins
// leaves the other half to everything else. Its methods wait for a turn; while they do, they fail with the context's
// error, and after five seconds with ErrBusy.
type Hasher struct {
	params   Params
	turns    chan struct{}
	patience time.Duration
	nothing  string // a hash that no password has
	computed atomic.Int64
}

// NewHasher returns a Hasher that makes new hashes with params. One per process: the turns are the point of it.
func NewHasher(params Params) *Hasher {
	encoded := encodeHash(params, make([]byte, saltLength), make([]byte, hashLength))
	turns := max(1, runtime.GOMAXPROCS(0)/2)
	return &Hasher{params: params, turns: make(chan struct{}, turns), patience: patience, nothing: encoded}
}

// Hash returns the PHC string of the password with a fresh salt: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.wait(ctx); err != nil {
		return "", err
	}
	defer h.done()
	salt := make([]byte, saltLength)
	rand.Read(salt)
	return encodeHash(h.params, salt, key(password, salt, h.params, hashLength)), nil
}

// Verify reports whether stored is the hash of the password. It fails with ErrHash when stored is no hash.
func (h *Hasher) Verify(ctx context.Context, password, stored string) (bool, error) {
	params, salt, want, err := decodeHash(stored)
	if err != nil {
		return false, err
	}
	if err := h.wait(ctx); err != nil {
		return false, err
	}
	defer h.done()
	got := key(password, salt, params, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// VerifyNothing does the work of Verify for somebody who does not exist or has no password, so that the answer takes as
// long as for somebody who does. It fails only where it gets no turn.
func (h *Hasher) VerifyNothing(ctx context.Context, password string) error {
	_, err := h.Verify(ctx, password, h.nothing)
	return err
}

// NeedsRehash reports whether stored was made with other parameters than this Hasher's, which a sign-in, the one moment
// at which the password is known, can put right.
func (h *Hasher) NeedsRehash(stored string) bool {
	params, salt, hash, err := decodeHash(stored)
	return err != nil || params != h.params || len(salt) != saltLength || len(hash) != hashLength
}

// Computed is how many passwords were hashed or compared so far: work that must not depend on who exists.
func (h *Hasher) Computed() int64 { return h.computed.Load() }

func (h *Hasher) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil { // select would choose at random
		return err
	}
	select {
	case h.turns <- struct{}{}:
		return nil
	default:
	}
	late := time.NewTimer(h.patience)
	defer late.Stop()
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-late.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) done() {
	h.computed.Add(1)
	<-h.turns
}

func key(password string, salt []byte, p Params, length uint32) []byte {
	return argon2.IDKey([]byte(password), salt, p.Time, p.Memory, 1, length)
}

func encodeHash(p Params, salt, hash []byte) string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s",
		argon2.Version, p.Memory, p.Time, b64.EncodeToString(salt), b64.EncodeToString(hash))
}

func decodeHash(stored string) (p Params, salt, hash []byte, err error) {
	if len(stored) > 256 {
		return Params{}, nil, nil, ErrHash
	}
	var version int
	var rest string
	n, err := fmt.Sscanf(stored, "$argon2id$v=%d$m=%d,t=%d,p=1$%s", &version, &p.Memory, &p.Time, &rest)
	if err != nil || n != 4 || version != argon2.Version {
		return Params{}, nil, nil, ErrHash
	}
	salt64, hash64, _ := strings.Cut(rest, "$")
	salt, saltErr := base64.RawStdEncoding.Strict().DecodeString(salt64)
	hash, hashErr := base64.RawStdEncoding.Strict().DecodeString(hash64)
	if saltErr != nil || hashErr != nil || len(salt) < 8 || len(hash) < 16 ||
		p.Time < 1 || p.Time > maxTime || p.Memory < 8 || p.Memory > maxMemory {
		return Params{}, nil, nil, ErrHash
	}
	if encodeHash(p, salt, hash) != stored { // something stood between or after the parts
		return Params{}, nil, nil, ErrHash
	}
	return p, salt, hash, nil
}
