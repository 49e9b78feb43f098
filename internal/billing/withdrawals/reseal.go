package withdrawals

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// resealed is how many numbers one transaction seals anew.
const resealed = 100

type sealedRow struct {
	Tenant  id.ID  `db:"tenant_id"`
	Account id.ID  `db:"id"`
	Sealed  []byte `db:"account_number"`
}

// Reseal seals the numbers of bank accounts under the newest key, so that an old one
// can be dropped a day after it was replaced. A number whose key is lost is left as it
// is, and reported.
func (o *Operations) Reseal(ctx context.Context) error {
	var lost error
	last := sealedRow{}
	for {
		var rows []sealedRow
		var failed error
		err := o.db.Platform(ctx, "seal the numbers of bank accounts anew", func(tx *db.Tx) (err error) {
			rows, err = db.All[sealedRow](ctx, tx, `
				SELECT tenant_id, id, account_number
				FROM bank_accounts
				WHERE (tenant_id, id) > ($1, $2)
				ORDER BY tenant_id, id
				LIMIT $3`, last.Tenant, last.Account, resealed)
			failed = nil
			for _, r := range rows {
				failed = errors.Join(failed, o.reseal(tx, r))
			}
			return err
		})
		lost = errors.Join(lost, failed, err)
		if err != nil || len(rows) < resealed {
			return lost
		}
		last = rows[len(rows)-1]
	}
}

// reseal queues one number under the newest key.
func (o *Operations) reseal(tx *db.Tx, r sealedRow) error {
	if o.keys.SealedNow(r.Sealed) {
		return nil
	}
	purpose := sealedFor(r.Tenant, r.Account)
	number, err := o.keys.Open(purpose, r.Sealed)
	if err != nil {
		return fmt.Errorf("bank account %s of %s: %w", r.Account, r.Tenant, err)
	}
	tx.Exec(`
		UPDATE bank_accounts
		SET account_number = $4
		WHERE tenant_id = $1 AND id = $2 AND account_number = $3`, r.Tenant, r.Account, r.Sealed, o.keys.Seal(purpose, number))
	return nil
}
