// Package replay keeps the answers to requests that carry an Idempotency-Key.
//
// A key is claimed in the transaction of the change that it protects, so it is
// taken exactly if the change happened; the answer is added once it is known. Of
// two requests at once, the second waits in the database for the first, and then
// repeats its answer. Where a server died between the two, the change stands and
// the answer is lost: repeating the key then says so, and changes nothing.
package replay

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
)

// Store implements api.Idempotency on the database.
type Store struct {
	db   *db.DB
	keys *token.Keys
}

// New returns a Store. Bodies may hold a password, so of them only a hash under
// one of the server's keys is kept.
func New(d *db.DB, keys *token.Keys) *Store { return &Store{db: d, keys: keys} }

// Lifetime is how long an answer is repeated at the least: until it is tidied away,
// since a key cannot be claimed anew before.
const Lifetime = 24 * time.Hour

type storedRow struct {
	BodyHash []byte          `db:"body_hash"`
	Status   *int            `db:"status"`
	Header   json.RawMessage `db:"header"`
	Body     []byte          `db:"body"`
}

type header struct {
	ContentType string `json:"content_type"`
	Location    string `json:"location,omitempty"`
}

type claimKey struct{}

const sealPurpose = "idempotent answer"

// patience is how long a second request waits for the answer of a first one that
// has committed and is about to store it.
const (
	patience = 2 * time.Second
	pause    = 25 * time.Millisecond
)

// Begin implements api.Idempotency.
func (s *Store) Begin(ctx context.Context, scope string, tenant id.ID, key string, hash [sha256.Size]byte) (context.Context, *api.StoredAnswer, error) {
	if tenant == "" {
		tenant = db.PlatformTenant
	}
	claim := &db.Claim{Tenant: tenant, Scope: scope, Key: key, BodyHash: s.keys.MAC("idempotency", string(hash[:]))}
	for waited := time.Duration(0); ; waited += pause {
		found, err := s.find(ctx, claim)
		if err != nil {
			return ctx, nil, err
		}
		switch {
		case !found.Found:
			ctx = context.WithValue(ctx, claimKey{}, claim)
			return db.WithClaim(ctx, claim), nil, nil
		case !bytes.Equal(found.Value.BodyHash, claim.BodyHash):
			return ctx, nil, api.ErrIdempotencyReused
		case found.Value.Status != nil:
			var h header
			if err := json.Unmarshal(found.Value.Header, &h); err != nil {
				return ctx, nil, err
			}
			body, err := s.keys.Open(sealPurpose, found.Value.Body)
			if err != nil {
				return ctx, nil, fmt.Errorf("open a kept answer: %w", err)
			}
			return ctx, &api.StoredAnswer{Status: *found.Value.Status, ContentType: h.ContentType, Location: h.Location, Body: body}, nil
		case waited >= patience:
			return ctx, nil, api.ErrIdempotencyBusy
		}
		select {
		case <-ctx.Done():
			return ctx, nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// Lost implements api.Idempotency.
func (s *Store) Lost(err error) bool { return db.IsConflict(err, db.ClaimConstraint) }

// Claimed implements api.Idempotency.
func (s *Store) Claimed(ctx context.Context) bool {
	claim, ok := ctx.Value(claimKey{}).(*db.Claim)
	return ok && claim.Written()
}

// Finish implements api.Idempotency.
func (s *Store) Finish(ctx context.Context, answer api.StoredAnswer) error {
	claim, ok := ctx.Value(claimKey{}).(*db.Claim)
	if !ok {
		return nil
	}
	h, err := json.Marshal(header{ContentType: answer.ContentType, Location: answer.Location})
	if err != nil {
		return err
	}
	// Answers may hold tokens.
	body := s.keys.Seal(sealPurpose, answer.Body)
	return s.within(ctx, claim.Tenant, func(tx *db.Tx) error {
		tx.Exec(`
			UPDATE idempotency_keys SET status = $4, header = $5, body = $6
			WHERE tenant_id = $1 AND scope = $2 AND key = $3`,
			claim.Tenant, claim.Scope, claim.Key, answer.Status, h, body)
		return nil
	})
}

func (s *Store) find(ctx context.Context, claim *db.Claim) (*db.Result[storedRow], error) {
	var found *db.Result[storedRow]
	err := s.look(ctx, claim.Tenant, func(tx *db.Tx) error {
		found = db.QueueOne[storedRow](tx, `
			SELECT body_hash, status, header, body
			FROM idempotency_keys
			WHERE (tenant_id = $1 OR $1 = $4) AND scope = $2 AND key = $3
			ORDER BY created_at DESC LIMIT 1`,
			claim.Tenant, claim.Scope, claim.Key, db.PlatformTenant)
		return nil
	})
	return found, err
}

func (s *Store) look(ctx context.Context, tenant id.ID, fn func(*db.Tx) error) error {
	if tenant == db.PlatformTenant {
		return s.db.PlatformView(ctx, "idempotency key without a tenant", fn)
	}
	return s.db.View(ctx, tenant, fn)
}

func (s *Store) within(ctx context.Context, tenant id.ID, fn func(*db.Tx) error) error {
	// The claim is in the context still, and must not be made again.
	ctx = db.WithClaim(ctx, nil)
	if tenant == db.PlatformTenant {
		return s.db.Platform(ctx, "answer without a tenant", fn)
	}
	return s.db.Update(ctx, tenant, fn)
}

// Subscribe removes keys that are too old to be repeated.
func Subscribe(r *jobs.Registry, s *Store) {
	r.Every("idempotency.tidy", time.Hour, func(ctx context.Context) error {
		return s.db.Platform(ctx, "old idempotency keys", func(tx *db.Tx) error {
			tx.Exec(`DELETE FROM idempotency_keys WHERE created_at < $1`, tx.Now().Add(-Lifetime))
			return nil
		})
	})
}
