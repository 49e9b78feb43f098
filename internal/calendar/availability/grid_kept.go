package availability

import (
	"context"
	"sync"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// keptBytes bounds the encoded answers that a server keeps, twice: those of now, and
// those of before. What they were encoded from is less.
const keptBytes = 8 << 20

// keptGrids are grids as they were answered. One is good as long as nothing was
// written in its tenant since it was read, which the database is asked each time,
// and until the clock shows another minute: then starts come too close, and holds
// lapse.
type keptGrids struct {
	mu          sync.Mutex
	now, before map[gridKey]*keptGrid
	bytes       int // of now
}

type gridKey struct {
	tenant id.ID
	ask    GridAsk
}

type keptGrid struct {
	grid *Grid
	at   time.Time
	mark mark
}

// mark is how far a tenant's audit log was written: every change leaves an entry in
// its own transaction.
type mark struct {
	// Oldest is the first transaction that may not have been visible.
	Oldest int64 `db:"oldest"`
	// Entries counts those of Oldest and later that were.
	Entries int64 `db:"entries"`
}

// queueMark reads the mark. It has to come before what it is a mark of.
func queueMark(tx *db.Tx) *db.Result[mark] {
	return db.QueueOne[mark](tx, `
		WITH seen AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS oldest)
		SELECT oldest, (SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND txid >= oldest) AS entries
		FROM seen`, tx.Tenant())
}

// holds tells whether nothing was written in the tenant since the mark was read.
func (o *Operations) holds(ctx context.Context, tenant id.ID, m mark) (bool, error) {
	var entries *db.Result[int64]
	err := o.db.View(ctx, tenant, func(tx *db.Tx) error {
		entries = db.QueueOne[int64](tx, `SELECT count(*) FROM audit_log WHERE tenant_id = $1 AND txid >= $2`, tx.Tenant(), m.Oldest)
		return nil
	})
	return err == nil && entries.Value == m.Entries, err
}

// find returns what is kept for a key and still of this minute.
func (k *keptGrids) find(key gridKey, now time.Time) *keptGrid {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := k.now[key]
	if kept == nil {
		kept = k.before[key]
	}
	if kept == nil || !sameMinute(kept.at, now) {
		return nil
	}
	return kept
}

// sameMinute tells whether the same starts are ahead of both instants. On the full
// minute itself one more is.
func sameMinute(a, b time.Time) bool {
	if a.Equal(b) {
		return true
	}
	full := a.Truncate(time.Minute)
	return full.Equal(b.Truncate(time.Minute)) && !full.Equal(a) && !full.Equal(b)
}

// keep encodes a grid and remembers it. What was not asked for lately is forgotten.
func (k *keptGrids) keep(key gridKey, kept *keptGrid) error {
	text, err := kept.grid.encode()
	if err != nil {
		return err
	}
	kept.grid.encoded = text
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.now == nil || k.bytes+len(text) > keptBytes {
		k.now, k.before, k.bytes = map[gridKey]*keptGrid{}, k.now, 0
	}
	k.now[key] = kept
	k.bytes += len(text)
	return nil
}

// EncodedJSON is the grid as it was encoded before.
func (g *Grid) EncodedJSON() []byte { return g.encoded }
