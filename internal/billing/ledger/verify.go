package ledger

import (
	"context"
	"errors"
	"fmt"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// What Verify may find.
const (
	Unbalanced   = "unbalanced"    // a movement whose entries do not sum to nothing
	NoEntries    = "no_entries"    // a movement that moves nothing
	NoMovement   = "no_movement"   // entries without their movement
	WrongBalance = "wrong_balance" // a balance that is not the sum of its entries
	Overdrawn    = "overdrawn"     // an account below zero that must not be
	NoAccount    = "no_account"    // an account that the plan does not have
	NotPosted    = "not_posted"    // a completed payment that moved nothing
	OtherIncome  = "other_income"  // a completed payment of another amount than came in
	OtherFee     = "other_fee"     // a completed payment with another fee than the platform got
	OtherTax     = "other_tax"     // a completed payment with another tax than is noted
	TaxLeft      = "tax_left"      // tax noted that is not what payments brought and refunds gave back
	NoPayment    = "no_payment"    // a charge without a completed payment
	OtherPayout  = "other_payout"  // money on its way to the bank, and not of the open withdrawals
	OtherRefund  = "other_refund"  // money on its way back to customers, and not of the refunds that providers make
	OtherHold    = "other_hold"    // a customer's money put aside, and not for the open payment links
)

// ErrNoTenant is a slug that no tenant has.
var ErrNoTenant = errors.New("ledger: no tenant has that slug")

// Finding is one thing that is wrong in the books. Want and Got are minor units.
type Finding struct {
	Tenant   id.ID          `db:"tenant_id"`
	Slug     string         `db:"slug"`
	Kind     string         `db:"kind"`
	Subject  string         `db:"subject"` // a movement's or payment's id, or an account
	Currency money.Currency `db:"currency"`
	Want     int64          `db:"want"`
	Got      int64          `db:"got"`
}

// String is the finding for people, in one line.
func (f Finding) String() string {
	said := fmt.Sprintf("%s %s: %s %s", f.Tenant, f.Slug, f.Kind, f.Subject)
	if f.Want != f.Got {
		said += fmt.Sprintf(": %s instead of %s", money.Format(f.Got, f.Currency), money.Format(f.Want, f.Currency))
	}
	return said
}

// Books is how much Verify looked at.
type Books struct {
	Tenants   int64
	Movements int64
	Entries   int64
	Earned    []Balance // the platform's own books
}

// Verify compares the books of all tenants, or of the one with the slug, with
// themselves and with the payments, and calls each with what does not fit. All of
// it is read in one statement, so the server may work meanwhile. It fails with
// ErrNoTenant.
func Verify(ctx context.Context, d *db.DB, slug string, each func(Finding) error) (Books, error) {
	var found []Finding
	var books Books
	err := d.PlatformView(ctx, "verify the ledger", func(tx *db.Tx) error {
		// Everything is read at once; the usual memory of a statement would have it sorted on disk.
		tx.Exec(`SELECT set_config('work_mem', '256MB', true)`)
		wrong := db.QueueAll[Finding](tx, findingsSQL, slug)
		sizes := db.QueueOne[sizesRow](tx, `
			SELECT
				(SELECT count(*) FROM tenants t WHERE $1 = '' OR t.slug = $1) AS tenants,
				(SELECT count(*) FROM ledger_movements m JOIN tenants t ON t.id = m.tenant_id WHERE $1 = '' OR t.slug = $1) AS movements,
				(SELECT count(*) FROM ledger_entries e JOIN tenants t ON t.id = e.tenant_id WHERE $1 = '' OR t.slug = $1) AS entries`, slug)
		earned, err := Earned(ctx, tx)
		if err != nil {
			return err
		}
		found = wrong.Rows
		books = Books{Tenants: sizes.Value.Tenants, Movements: sizes.Value.Movements, Entries: sizes.Value.Entries, Earned: earned}
		return nil
	})
	if err != nil {
		return Books{}, err
	}
	if slug != "" && books.Tenants == 0 {
		return Books{}, fmt.Errorf("%w: %s", ErrNoTenant, slug)
	}
	for _, f := range found {
		if err := each(f); err != nil {
			return books, err
		}
	}
	return books, nil
}

type sizesRow struct {
	Tenants   int64 `db:"tenants"`
	Movements int64 `db:"movements"`
	Entries   int64 `db:"entries"`
}
