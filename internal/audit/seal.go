package audit

import (
	"context"
	"fmt"
	"slices"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// sealEvery is how long a committed entry waits for its seal at most, as long as a
// server works jobs and keeps up.
const sealEvery = 30 * time.Second

// sealBatch is how many entries one transaction seals.
const sealBatch = 1000

// sealLock lets one transaction of all servers seal at a time.
const sealLock = 7238164503

// Sealer seals the entries of all tenants.
type Sealer struct {
	db    *db.DB
	batch int
}

// NewSealer returns a Sealer of the database.
func NewSealer(d *db.DB) *Sealer { return &Sealer{db: d, batch: sealBatch} }

// Subscribe has entries sealed at intervals.
func Subscribe(r *jobs.Registry, s *Sealer) { r.Every("audit.seal", sealEvery, s.Seal) }

// Seal seals what is committed and waits, in batches. Where somebody else is sealing
// it leaves that to them.
func (s *Sealer) Seal(ctx context.Context) error {
	for {
		var more bool
		err := s.db.Platform(ctx, "seal the audit log", func(tx *db.Tx) (err error) {
			more, err = s.one(ctx, tx)
			return err
		})
		if err != nil || !more {
			return err
		}
	}
}

// head is the end of a tenant's chain.
type head struct {
	Tenant   id.ID      `db:"tenant_id"`
	Seals    int64      `db:"seals"`
	Digest   []byte     `db:"digest"`
	SealedAt time.Time  `db:"sealed_at"`
	Drained  *time.Time `db:"drained_at"`
}

// one seals a batch and tells whether there may be more. Entries that commit while
// it works are left for the next, whatever their ids are.
func (s *Sealer) one(ctx context.Context, tx *db.Tx) (more bool, err error) {
	mine, err := db.One[bool](ctx, tx, `SELECT pg_try_advisory_xact_lock($1)`, int64(sealLock))
	if err != nil || !mine {
		return false, err
	}
	// Rows read after the lock was had are as the sealer before left them. One that
	// was put here again by hand must not stop all others.
	waiting, err := db.All[row](ctx, tx, `
		SELECT e.tenant_id, e.id, e.at, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, e.old, e.new, e.address, e.request_id
		FROM audit_unsealed u
		JOIN audit_log e ON e.tenant_id = u.tenant_id AND e.id = u.entry
		WHERE NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.tenant_id = u.tenant_id AND s.entry = u.entry)
		ORDER BY u.tenant_id, u.entry
		LIMIT $1`, s.batch)
	if err != nil || len(waiting) == 0 {
		return false, err
	}
	heads, err := headsOf(ctx, tx, waiting)
	if err != nil {
		return false, err
	}
	drained := len(waiting) < s.batch
	var sealed seals
	for rows := range chunks(waiting) {
		h := heads[rows[0].Tenant]
		if err := sealed.extend(&h, rows, tx.Now()); err != nil {
			return false, err
		}
		if drained {
			now := tx.Now()
			h.Drained = &now
		}
		queueHead(tx, h, int64(len(rows)))
	}
	sealed.queue(tx)
	return !drained, nil
}

// chunks yields the rows of each tenant.
func chunks(rows []row) func(yield func([]row) bool) {
	return func(yield func([]row) bool) {
		for len(rows) > 0 {
			n := slices.IndexFunc(rows, func(r row) bool { return r.Tenant != rows[0].Tenant })
			if n < 0 {
				n = len(rows)
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}
}

func headsOf(ctx context.Context, tx *db.Tx, waiting []row) (map[id.ID]head, error) {
	heads := map[id.ID]head{}
	var tenants []id.ID
	for rows := range chunks(waiting) {
		tenants = append(tenants, rows[0].Tenant)
		heads[rows[0].Tenant] = head{Tenant: rows[0].Tenant, Digest: make([]byte, len(Digest{}))}
	}
	known, err := db.All[head](ctx, tx, `
		SELECT tenant_id, seals, digest, sealed_at, drained_at
		FROM audit_heads
		WHERE tenant_id = ANY ($1)`, tenants)
	for _, h := range known {
		heads[h.Tenant] = h
	}
	return heads, err
}

// seals are columns of audit_seals.
type seals struct {
	tenants  []id.ID
	numbers  []int64
	entries  []int64
	digests  [][]byte
	sealedAt []time.Time
	since    []*time.Time
}

// extend adds the rows to the chain that ends in h.
func (s *seals) extend(h *head, rows []row, now time.Time) error {
	previous, since := Digest(h.Digest), h.Drained
	for _, r := range rows {
		h.Seals++
		at := place{Seal: h.Seals, Entry: r.ID, SealedAt: now, Since: since}
		next, err := digest(previous, at, r)
		if err != nil {
			return fmt.Errorf("seal the audit log of tenant %s: %w", r.Tenant, err)
		}
		s.tenants = append(s.tenants, r.Tenant)
		s.numbers = append(s.numbers, at.Seal)
		s.entries = append(s.entries, r.ID)
		s.digests = append(s.digests, next[:])
		s.sealedAt = append(s.sealedAt, now)
		s.since = append(s.since, since)
		previous = next
	}
	h.Digest, h.SealedAt = previous[:], now
	return nil
}

// queue writes the seals and takes their entries from those that wait.
func (s *seals) queue(tx *db.Tx) {
	n := int64(len(s.entries))
	tx.Expect(n, "audit_seals_written", `
		INSERT INTO audit_seals (tenant_id, seal, entry, digest, sealed_at, since)
		SELECT s.tenant_id, s.seal, s.entry, s.digest, s.sealed_at, s.since
		FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bytea[], $5::timestamptz[], $6::timestamptz[])
			AS s (tenant_id, seal, entry, digest, sealed_at, since)
		RETURNING seal`, s.tenants, s.numbers, s.entries, s.digests, s.sealedAt, s.since)
	tx.Expect(n, "audit_seals_taken", `
		DELETE FROM audit_unsealed u
		USING unnest($1::text[], $2::bigint[]) AS done (tenant_id, entry)
		WHERE u.tenant_id = done.tenant_id AND u.entry = done.entry
		RETURNING u.entry`, s.tenants, s.entries)
}

// queueHead moves the head on by so many seals, from where it was read.
func queueHead(tx *db.Tx, h head, added int64) {
	tx.Expect(1, "audit_heads_moved", `
		INSERT INTO audit_heads (tenant_id, seals, digest, sealed_at, drained_at)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (tenant_id) DO UPDATE
		SET seals = excluded.seals, digest = excluded.digest, sealed_at = excluded.sealed_at, drained_at = excluded.drained_at
		WHERE audit_heads.seals = excluded.seals - $6
		RETURNING seals`, h.Tenant, h.Seals, h.Digest, h.SealedAt, h.Drained, added)
}
