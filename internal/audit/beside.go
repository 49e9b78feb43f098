package audit

import (
	"context"
	"fmt"
	"time"

	"reserva/internal/kit/db"
)

// beside looks at what no seal covers. Each statement sees one moment, in which an
// entry that the product wrote either waits or is sealed.
func (w *walk) beside(ctx context.Context) (*Finding, error) {
	var stray, twice, gone *db.Result[int64]
	var late *db.Result[lateRow]
	err := w.db.PlatformView(ctx, "verify the audit log", func(tx *db.Tx) error {
		stray = db.QueueOne[int64](tx, `
			SELECT e.id
			FROM audit_log e
			WHERE e.tenant_id = $1
				AND NOT EXISTS (SELECT 1 FROM audit_seals s WHERE s.tenant_id = e.tenant_id AND s.entry = e.id)
				AND NOT EXISTS (SELECT 1 FROM audit_unsealed u WHERE u.tenant_id = e.tenant_id AND u.entry = e.id)
			ORDER BY e.id
			LIMIT 1`, w.tenant.ID)
		twice = db.QueueOne[int64](tx, `
			SELECT u.entry
			FROM audit_unsealed u
			JOIN audit_seals s ON s.tenant_id = u.tenant_id AND s.entry = u.entry
			WHERE u.tenant_id = $1
			ORDER BY u.entry
			LIMIT 1`, w.tenant.ID)
		gone = db.QueueOne[int64](tx, `
			SELECT u.entry
			FROM audit_unsealed u
			WHERE u.tenant_id = $1
				AND NOT EXISTS (SELECT 1 FROM audit_log e WHERE e.tenant_id = u.tenant_id AND e.id = u.entry)
			ORDER BY u.entry
			LIMIT 1`, w.tenant.ID)
		late = db.QueueOne[lateRow](tx, `
			SELECT e.id, e.at
			FROM audit_unsealed u
			JOIN audit_log e ON e.tenant_id = u.tenant_id AND e.id = u.entry
			WHERE u.tenant_id = $1 AND e.at < $2
			ORDER BY e.id
			LIMIT 1`, w.tenant.ID, tx.Now().Add(-patience))
		return tx.Flush(ctx)
	})
	switch {
	case err != nil:
		return nil, err
	case stray.Found:
		return &Finding{Kind: Inserted, Entry: stray.Value, Text: "the entry has no seal and waits for none: the product did not write it"}, nil
	case twice.Found:
		return &Finding{Kind: Inserted, Entry: twice.Value, Text: "the entry is sealed, and waits to be sealed again"}, nil
	case gone.Found:
		return &Finding{Kind: Removed, Entry: gone.Value, Text: "the entry was removed before it was sealed"}, nil
	case late.Found:
		return &Finding{Kind: Unsealed, Entry: late.Value.ID,
			Text: fmt.Sprintf("the entry of %s still waits for its seal: are jobs worked?", late.Value.At.UTC().Format(time.RFC3339))}, nil
	}
	return nil, nil
}

type lateRow struct {
	ID int64     `db:"id"`
	At time.Time `db:"at"`
}
