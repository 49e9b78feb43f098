package refunds

import (
	"reserva/internal/billing/ledger"
	"reserva/internal/billing/payments"
)

// movementOf is what a refund moves when it is decided. What goes to the wallet leaves
// the earnings of the business, whatever way it came: the platform pays with a wallet
// what it holds. What goes by hand leaves the takings as far as it came there; of what
// the platform has, the business gets the fee again and gives the rest of its own
// pocket, which is outside the books. What the provider gives back is set aside. The tax
// within it is noted as given back.
func movementOf(p payments.Refundable, r row, s payments.Share) ledger.Movement {
	m := moneyOf(p, r, s)
	m.Entries = append(m.Entries, ledger.NoteTax(-s.Tax, p.Currency)...)
	return m
}

func moneyOf(p payments.Refundable, r row, s payments.Share) ledger.Movement {
	switch r.Method {
	case ToWallet:
		return movement(p, "", string(r.ID),
			part{ledger.Merchant, -s.Merchant()}, part{ledger.Platform, -s.Fee}, part{ledger.Wallet(r.CustomerID), s.Amount})
	case AtGateway:
		return movement(p, "hold:", string(r.ID), append(sources(p, s), part{ledger.Refunds, s.Amount})...)
	}
	if p.Provider == payments.Manual {
		came := inTakings(p, s)
		return movement(p, "", string(r.ID), part{ledger.Takings, -came}, part{ledger.Cash, came})
	}
	if p.Own {
		came := inTakings(p, s)
		return movement(p, "", string(r.ID), part{ledger.Takings, -came}, part{ledger.Gateway, came})
	}
	return movement(p, "", string(r.ID), part{ledger.Platform, -s.Fee}, part{ledger.Merchant, s.Fee})
}

// sources are the accounts that a refund at the provider is taken from.
func sources(p payments.Refundable, s payments.Share) []part {
	if p.Own {
		return []part{{ledger.Takings, -s.Amount}}
	}
	return []part{{ledger.Merchant, -s.Merchant()}, {ledger.Platform, -s.Fee}}
}

// inTakings is how much of a refund is of what came to the business itself, at its own
// account or at the desk; the rest was paid from a wallet, and is given of its own pocket.
func inTakings(p payments.Refundable, s payments.Share) int64 {
	return min(p.RefundedAmount+s.Amount, p.Received) - min(p.RefundedAmount, p.Received)
}

// sent is the movement of a refund that the provider has made.
func sent(p payments.Refundable, r row) ledger.Movement {
	return movement(p, "sent:", string(r.ID), part{ledger.Refunds, -r.Amount}, part{ledger.Gateway, r.Amount})
}

// returned is the movement of a refund that the provider will not make.
func returned(p payments.Refundable, r row) ledger.Movement {
	back := []part{{ledger.Refunds, -r.Amount}}
	for _, s := range sources(p, r.share()) {
		back = append(back, part{s.account, -s.amount})
	}
	m := movement(p, "return:", string(r.ID), back...)
	m.Entries = append(m.Entries, ledger.NoteTax(r.Tax, p.Currency)...)
	return m
}

func (r row) share() payments.Share {
	return payments.Share{Amount: r.Amount, Fee: r.Fee, Tax: r.Tax, Applied: r.Applied}
}

type part struct {
	account ledger.Account
	amount  int64
}

func movement(p payments.Refundable, prefix, refund string, parts ...part) ledger.Movement {
	m := ledger.Movement{Kind: ledger.Refund, Reference: prefix + refund}
	for _, of := range parts {
		if of.amount != 0 {
			m.Entries = append(m.Entries, ledger.Entry{Account: of.account, Currency: p.Currency, Amount: of.amount})
		}
	}
	return m
}
