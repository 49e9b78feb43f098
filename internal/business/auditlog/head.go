package auditlog

import (
	"context"
	"encoding/hex"
	"time"

	"reserva/internal/access"
	"reserva/internal/kit/db"
)

// Head is the end of a tenant's chain. Who keeps it elsewhere can later show that
// nothing before it was rewritten.
type Head struct {
	Seals    int64      `json:"seals" minimum:"0" example:"1042" doc:"How many entries are sealed."`
	Digest   *string    `json:"digest" example:"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"Of the last seal."`
	SealedAt *time.Time `json:"sealed_at"`
	Waiting  int        `json:"waiting" minimum:"0" doc:"Entries that are to be sealed, usually within half a minute."`
	Anchor   string     `json:"anchor" example:"65a1b2c3d4e5f6a7b8c9d0e1 1042:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" doc:"The line that the operator's check takes; empty while there is no seal."`
}

type headRow struct {
	Seals    int64     `db:"seals"`
	Digest   []byte    `db:"digest"`
	SealedAt time.Time `db:"sealed_at"`
}

// Head returns the end of the chain.
func (o *Operations) Head(ctx context.Context, who access.Staff) (Head, error) {
	var waiting *db.Result[int]
	var end *db.Result[headRow]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		waiting = db.QueueOne[int](tx, `SELECT count(*) FROM audit_unsealed WHERE tenant_id = $1`, tx.Tenant())
		end = db.QueueOne[headRow](tx, `SELECT seals, digest, sealed_at FROM audit_heads WHERE tenant_id = $1`, tx.Tenant())
		return nil
	})
	if err != nil || !end.Found {
		return Head{Waiting: waiting.Value}, err
	}
	digest, sealedAt := hex.EncodeToString(end.Value.Digest), end.Value.SealedAt.UTC()
	return Head{
		Seals: end.Value.Seals, Digest: &digest, SealedAt: &sealedAt, Waiting: waiting.Value,
		Anchor: string(who.Tenant) + " " + formatID(end.Value.Seals) + ":" + digest,
	}, nil
}
