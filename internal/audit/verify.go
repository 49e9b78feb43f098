package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// Kinds of what Verify finds.
const (
	Changed  = "changed"
	Removed  = "removed"
	Inserted = "inserted"
	Unsealed = "unsealed"
)

// Finding is the first thing that is wrong with a chain.
type Finding struct {
	Kind  string
	Seal  int64 // number in the chain; 0 where there is none
	Entry int64 // id of the entry; 0 where it is not known
	Text  string
}

func (f Finding) String() string {
	at := ""
	if f.Entry != 0 {
		at += fmt.Sprintf(" entry %d", f.Entry)
	}
	if f.Seal != 0 {
		at += fmt.Sprintf(" seal %d", f.Seal)
	}
	return f.Kind + at + ": " + f.Text
}

// Chain is what Verify says of a tenant.
type Chain struct {
	Tenant id.ID
	Slug   string
	Head   Anchor
	Wrong  *Finding // nil where everything fits
}

// Check is what to verify.
type Check struct {
	Slug    string  // of the only tenant; all where empty
	Anchors Anchors // heads that were kept elsewhere; may be nil
}

// ErrNoTenant is a slug that no tenant has.
var ErrNoTenant = errors.New("audit: no tenant has that slug")

const (
	// tenantsRead and sealsRead bound what Verify has in memory.
	tenantsRead = 100
	sealsRead   = 1000
	// patience is how long an entry may wait for its seal, and how much earlier than
	// its commit it may say that it was written. Requests and jobs end within minutes.
	patience = time.Hour
)

// tenantRow is a tenant with the end of its chain, read in one statement so that
// they belong together whatever is sealed meanwhile.
type tenantRow struct {
	ID     id.ID  `db:"id"`
	Slug   string `db:"slug"`
	Seals  int64  `db:"seals"`
	Digest []byte `db:"digest"`
	Last   int64  `db:"last"`
}

// Verify walks the chains of the tenants and calls each with what it found, in the
// order of the tenants' ids. The server may work meanwhile. It needs memory for a
// page of entries, however long the chains are.
func Verify(ctx context.Context, d *db.DB, c Check, each func(Chain) error) error {
	seen := map[id.ID]bool{}
	for after, more := id.ID(""), true; more; {
		var page []tenantRow
		err := d.PlatformView(ctx, "verify the audit log", func(tx *db.Tx) (err error) {
			page, err = db.All[tenantRow](ctx, tx, `
				SELECT t.id, t.slug, coalesce(h.seals, 0) AS seals, h.digest,
					coalesce((SELECT max(s.seal) FROM audit_seals s WHERE s.tenant_id = t.id), 0) AS last
				FROM tenants t
				LEFT JOIN audit_heads h ON h.tenant_id = t.id
				WHERE t.id > $1 AND ($2 = '' OR t.slug = $2)
				ORDER BY t.id
				LIMIT $3`, after, c.Slug, tenantsRead)
			return err
		})
		if err != nil {
			return err
		}
		for _, t := range page {
			seen[t.ID], after = true, t.ID
			w := walk{db: d, tenant: t, anchors: c.Anchors[t.ID]}
			wrong, err := w.verify(ctx)
			if err == nil {
				err = each(Chain{Tenant: t.ID, Slug: t.Slug, Head: w.head(), Wrong: wrong})
			}
			if err != nil {
				return err
			}
		}
		more = len(page) == tenantsRead
	}
	if c.Slug != "" {
		if len(seen) == 0 {
			return ErrNoTenant
		}
		return nil
	}
	return missing(c.Anchors, seen, each)
}

// missing tells of kept heads whose tenants are gone.
func missing(anchors Anchors, seen map[id.ID]bool, each func(Chain) error) error {
	for _, tenant := range anchors.tenants() {
		if seen[tenant] {
			continue
		}
		err := each(Chain{Tenant: tenant, Wrong: &Finding{Kind: Removed, Text: "the tenant and its whole chain are gone"}})
		if err != nil {
			return err
		}
	}
	return nil
}

// walk is the way along one chain.
type walk struct {
	db      *db.DB
	tenant  tenantRow
	anchors map[int64]Digest

	seal   int64 // the last that fits
	digest Digest
}

func (w *walk) head() Anchor { return Anchor{Seals: w.seal, Digest: w.digest} }

// verify returns what is wrong first: along the chain, then beside it.
func (w *walk) verify(ctx context.Context) (*Finding, error) {
	for w.seal < w.tenant.Seals {
		if wrong, err := w.page(ctx); wrong != nil || err != nil {
			return wrong, err
		}
	}
	if wrong := w.end(); wrong != nil {
		return wrong, nil
	}
	return w.beside(ctx)
}

type sealRow struct {
	Seal     int64      `db:"seal"`
	Entry    int64      `db:"entry"`
	Digest   []byte     `db:"digest"`
	SealedAt time.Time  `db:"sealed_at"`
	Since    *time.Time `db:"since"`
}

// page checks the next seals and their entries. Neither ever changes, so it does not
// matter that they are read by two statements.
func (w *walk) page(ctx context.Context) (*Finding, error) {
	first := w.seal + 1
	last := min(w.seal+sealsRead, w.tenant.Seals)
	var found *db.Results[sealRow]
	var covered *db.Results[row]
	err := w.db.PlatformView(ctx, "verify the audit log", func(tx *db.Tx) error {
		found = db.QueueAll[sealRow](tx, `
			SELECT seal, entry, digest, sealed_at, since
			FROM audit_seals
			WHERE tenant_id = $1 AND seal BETWEEN $2 AND $3
			ORDER BY seal`, w.tenant.ID, first, last)
		covered = db.QueueAll[row](tx, `
			SELECT e.tenant_id, e.id, e.at, e.actor_kind, e.actor_id, e.action, e.object_kind, e.object_id, e.old, e.new, e.address, e.request_id
			FROM audit_seals s
			JOIN audit_log e ON e.tenant_id = s.tenant_id AND e.id = s.entry
			WHERE s.tenant_id = $1 AND s.seal BETWEEN $2 AND $3`, w.tenant.ID, first, last)
		return tx.Flush(ctx)
	})
	if err != nil {
		return nil, err
	}
	entries := make(map[int64]row, len(covered.Rows))
	for _, r := range covered.Rows {
		entries[r.ID] = r
	}
	for _, s := range found.Rows {
		r, there := entries[s.Entry]
		if wrong, err := w.step(s, r, there); wrong != nil || err != nil {
			return wrong, err
		}
	}
	if w.seal < last {
		return &Finding{Kind: Removed, Seal: w.seal + 1, Text: w.shortBy()}, nil
	}
	return nil, nil
}

func (w *walk) shortBy() string {
	if w.tenant.Last == w.seal {
		return fmt.Sprintf("the chain ends at seal %d, and its head says %d", w.seal, w.tenant.Seals)
	}
	return "the seal is gone"
}

// step holds one seal against its entry and the seal before.
func (w *walk) step(s sealRow, r row, there bool) (*Finding, error) {
	wrong := Finding{Seal: s.Seal, Entry: s.Entry}
	if s.Seal != w.seal+1 {
		return &Finding{Kind: Removed, Seal: w.seal + 1, Text: "the seal is gone"}, nil
	}
	if !there {
		wrong.Kind, wrong.Text = Removed, "the sealed entry is gone"
		return &wrong, nil
	}
	next, err := digest(w.digest, place{Seal: s.Seal, Entry: s.Entry, SealedAt: s.SealedAt, Since: s.Since}, r)
	if err != nil {
		return nil, err
	}
	switch kept, anchored := w.anchors[s.Seal]; {
	case next != Digest(s.Digest):
		wrong.Kind, wrong.Text = Changed, "the entry ("+r.Action+") does not match its seal"
	case anchored && next != kept:
		wrong.Kind, wrong.Text = Changed, "the chain is not the one whose head was kept: it was written anew"
	case s.Since != nil && r.At.Add(patience).Before(*s.Since):
		wrong.Kind = Inserted
		wrong.Text = fmt.Sprintf("the entry says %s, but all that was committed before %s had been sealed without it",
			r.At.UTC().Format(time.RFC3339), s.Since.UTC().Format(time.RFC3339))
	default:
		w.seal, w.digest = s.Seal, next
		return nil, nil
	}
	return &wrong, nil
}

// end compares the end of the chain with its head, here and elsewhere.
func (w *walk) end() *Finding {
	if w.tenant.Last > w.seal {
		return &Finding{Kind: Inserted, Seal: w.seal + 1, Text: "the chain goes on after its head"}
	}
	if w.seal > 0 && w.digest != Digest(w.tenant.Digest) {
		return &Finding{Kind: Changed, Seal: w.seal, Text: "the head is not the digest of the last seal"}
	}
	for kept := range w.anchors {
		if kept > w.seal {
			return &Finding{Kind: Removed, Seal: w.seal + 1,
				Text: fmt.Sprintf("the chain ends at seal %d, and a head that was kept says %d", w.seal, kept)}
		}
	}
	return nil
}

// Anchor is the end of a chain at some time: how many seals it has, and the digest of
// the last. Who keeps it where nobody else can write will notice even a chain that
// was written anew from the beginning.
type Anchor struct {
	Seals  int64
	Digest Digest
}

// String is the anchor as Verify's command prints it and ReadAnchors reads it.
func (a Anchor) String() string {
	return fmt.Sprintf("%d:%s", a.Seals, hex.EncodeToString(a.Digest[:]))
}
