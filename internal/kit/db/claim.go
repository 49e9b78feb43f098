package db

import (
	"context"

	"reserva/internal/kit/id"
)

// Claim is an idempotency key on its way into the first writing transaction of a
// request: the key is stored exactly if the change it protects is.
type Claim struct {
	// Tenant is the tenant, or PlatformTenant for operations without one.
	Tenant id.ID
	// Scope is the caller and the operation.
	Scope string
	Key   string
	// BodyHash tells the request's body from others.
	BodyHash []byte

	written bool
}

// Written tells whether a transaction that holds the claim has committed.
func (c *Claim) Written() bool { return c.written }

// PlatformTenant stands for "no tenant" in idempotency keys.
const PlatformTenant = id.ID("000000000000000000000000")

// ClaimConstraint is the constraint of the Conflict that a claimed key answers.
const ClaimConstraint = "idempotency_keys_once"

type claimKey struct{}

// WithClaim returns a context whose first writing transaction claims the key. A
// second claim of one key waits for the first transaction, and fails with a
// Conflict on ClaimConstraint if that commits.
func WithClaim(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

func claimFrom(ctx context.Context) *Claim {
	c, _ := ctx.Value(claimKey{}).(*Claim)
	return c
}

const insertClaimSQL = `
	INSERT INTO idempotency_keys (tenant_id, scope, key, body_hash, created_at)
	VALUES ($1, $2, $3, $4, $5)`

// queueClaim writes the claim once a request; a retried transaction writes it
// again, since the first attempt's was rolled back.
func (tx *Tx) queueClaim() {
	c := tx.claim
	if c == nil || c.written {
		return
	}
	if tx.role == roleApp && tx.tenant != c.Tenant {
		if c.Tenant != PlatformTenant {
			return
		}
		// A visitor's request turned out to be for this tenant.
		c.Tenant = tx.tenant
	}
	tx.batch.Queue(insertClaimSQL, string(c.Tenant), c.Scope, c.Key, c.BodyHash, tx.now)
	tx.claimed = true
}

// GiveBack removes the key that a request claimed for a change that it has undone
// since, so that it may be used again. It does nothing where none was claimed, and
// runs in a transaction of its own, even if the client has gone.
func (d *DB) GiveBack(ctx context.Context) error {
	c := claimFrom(ctx)
	if c == nil || !c.written {
		return nil
	}
	ctx = WithClaim(context.WithoutCancel(ctx), nil)
	remove := func(tx *Tx) error {
		tx.Exec(`
			DELETE FROM idempotency_keys
			WHERE tenant_id = $1 AND scope = $2 AND key = $3 AND status IS NULL`,
			string(c.Tenant), c.Scope, c.Key)
		return nil
	}
	var err error
	if c.Tenant == PlatformTenant {
		err = d.Platform(ctx, "idempotency key without a tenant", remove)
	} else {
		err = d.Update(ctx, c.Tenant, remove)
	}
	if err == nil {
		c.written = false
	}
	return err
}
