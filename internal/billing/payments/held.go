package payments

import (
	"context"
	"errors"

	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// walletTries is how often a payment from a wallet is begun anew that others used meanwhile.
const walletTries = 5

// outrun tells whether others used the wallet between the look into it and the hold on
// it. They are done then, since the hold waited for them.
func outrun(err error) bool {
	var violation *db.Violation
	return errors.As(err, &violation) && violation.Constraint == ledger.InsufficientConstraint
}

// walletPart is how much of the wallet the order uses.
func walletPart(ctx context.Context, tx *db.Tx, in order, due appointments.Due) (int64, error) {
	var asked int64
	if in.wallet != nil {
		var err error
		if asked, err = in.wallet.NonNegativeMinor(due.Currency); err != nil {
			return 0, fault.InvalidField("wallet_amount", "must be an amount of the appointment's currency")
		}
	}
	if !in.useWallet {
		if asked > 0 {
			return 0, fault.InvalidField("wallet_amount", "is taken only with use_wallet")
		}
		return 0, nil
	}
	held, err := ledger.BalanceOf(ctx, tx, ledger.Wallet(due.Customer), due.Currency)
	if err != nil {
		return 0, err
	}
	most := in.base(due) + in.tax
	wanted := min(held, most)
	if in.wallet != nil {
		wanted = asked
	}
	if wanted <= 0 || wanted > held || wanted > most {
		return 0, ErrWallet
	}
	return wanted, nil
}

// otherWallet tells whether the order would take another part from the wallet than the open
// link holds of it.
func (in order) otherWallet(ctx context.Context, tx *db.Tx, due appointments.Due, open invoices.Stored) (bool, error) {
	if !in.useWallet {
		return false, nil
	}
	has, err := ledger.BalanceOf(ctx, tx, ledger.Wallet(due.Customer), due.Currency)
	if err != nil {
		return false, err
	}
	wanted := min(has+open.Discount, in.base(due)+in.tax)
	if in.wallet != nil {
		if wanted, err = in.wallet.NonNegativeMinor(due.Currency); err != nil {
			return false, nil // walletPart refuses it
		}
	}
	return wanted != open.Discount, nil
}

// hold puts a part of a wallet aside for a payment.
func hold(tx *db.Tx, customer, payment id.ID, currency money.Currency, amount int64) error {
	return ledger.Post(tx, ledger.Movement{Kind: ledger.WalletMove, Reference: "hold:" + string(payment), Entries: []ledger.Entry{
		{Account: ledger.Wallet(customer), Currency: currency, Amount: -amount},
		{Account: ledger.Held(customer), Currency: currency, Amount: amount},
	}})
}

// release gives back what was put aside.
func release(tx *db.Tx, customer, payment id.ID, currency money.Currency, amount int64) error {
	return ledger.Post(tx, ledger.Movement{Kind: ledger.WalletMove, Reference: "release:" + string(payment), Entries: []ledger.Entry{
		{Account: ledger.Held(customer), Currency: currency, Amount: -amount},
		{Account: ledger.Wallet(customer), Currency: currency, Amount: amount},
	}})
}
