package payments

import (
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/ledger"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// arrival is how the money of a paid invoice is shared out, in minor units.
type arrival struct {
	currency money.Currency
	customer *id.ID
	rate     money.Rate
	byOnline int64 // came in at the provider
	held     int64 // was put aside of the wallet, and still is
	returned int64 // was put aside, and has gone back
	quoted   int64 // the fee that was asked for
	base     int64 // of the price, that this pays
	wanted   int64 // of base, that was still due
	subtotal int64 // of the price, that the invoice asked for
	asked    int64 // the tax on that

	full                  bool
	tax                   int64 // on what was wanted
	fee, merchant, wallet int64
	fromMerchant          bool // the merchant bears the fee
	own                   bool // it came in at the business's own account
	topUp                 bool // it is for the wallet
}

// arrived reads what a paid invoice brings. What was held of the wallet has gone
// back where the invoice was cancelled before it was paid.
func arrived(s invoices.Stored, p stored) arrival {
	m := arrival{
		currency: s.Currency, customer: s.CustomerID, rate: p.FeeRate, byOnline: s.Total, held: s.Discount, base: s.Subtotal,
		subtotal: s.Subtotal, asked: s.Tax, fee: p.Fee, quoted: p.Fee, fromMerchant: p.Merchant < p.Base+p.Tax,
		own: s.GatewayID != nil, topUp: s.Type == invoices.ForTopUp,
	}
	if !s.Status.Open() {
		m.held, m.returned, m.base = 0, s.Discount, max(s.Subtotal-s.Discount, 0)
	}
	return m
}

// use shares the money out: the merchant gets what was wanted with the tax on it, the
// platform its fee on that, the wallet all the rest. What came in at the business's own
// account is there already: of a payment that nobody waits for any more, only what was
// held goes back to the wallet, and the business gives back the rest by hand.
func (m *arrival) use(wanted int64) error {
	m.wanted, m.full, m.tax = wanted, wanted == m.base, money.Part(m.asked, wanted, m.subtotal)
	all := m.byOnline + m.held
	switch {
	case m.topUp:
		m.wallet = all - m.fee
		return nil
	case m.full: // the fee as quoted
	case wanted == 0:
		m.fee = 0
	default:
		fee, err := money.Fee(min(wanted, max(m.base-m.held, 0)), m.rate)
		if err != nil {
			return err
		}
		m.fee = min(fee, m.fee) // a bounded fee was never more
	}
	if m.merchant = wanted + m.tax; m.fromMerchant {
		m.merchant -= m.fee
	}
	m.wallet = all - m.fee - m.merchant
	if m.own && m.wallet > m.held {
		m.wallet, m.merchant = m.held, all-m.held
	}
	return nil
}

// worth is what the payment comes to without tax and the fee that its customer bears: what the
// business and the wallet have of it, less what only went back to the wallet.
func (m arrival) worth() int64 {
	all := m.byOnline + max(m.held-m.wallet, 0) - m.tax
	if m.fromMerchant && !m.topUp {
		return all
	}
	return all - m.fee
}

// surplus is what came in at the business's own account without being due, for the
// business to give back.
func (m arrival) surplus() int64 {
	if !m.own {
		return 0
	}
	return m.merchant - m.wanted - m.tax
}

// metadata is what the invoice tells of it: the invoice itself goes on to say what was
// asked for.
func (m arrival) metadata() map[string]any {
	told := map[string]any{}
	tell := func(what string, amount int64) {
		if amount > 0 {
			told[what] = money.Text{Minor: amount, Currency: m.currency}
		}
	}
	if !m.topUp {
		tell("wallet_credit", m.wallet)
	}
	tell("wallet_returned", m.returned)
	tell("platform_fee_returned", m.quoted-m.fee)
	tell("to_give_back", m.surplus())
	return told
}

// movement is the ledger's side. Without a customer there is no wallet: then the
// merchant keeps what is too much, to give it back by hand.
func (m arrival) movement(p stored) ledger.Movement {
	entry := func(account ledger.Account, amount int64) ledger.Entry {
		return ledger.Entry{Account: account, Currency: m.currency, Amount: amount}
	}
	out := ledger.Movement{Kind: ledger.Charge, Reference: string(p.ID)}
	add := func(account ledger.Account, amount int64) {
		if amount != 0 {
			out.Entries = append(out.Entries, entry(account, amount))
		}
	}
	add(ledger.Gateway, -m.byOnline)
	if m.own {
		// The platform never had it, and pays out only what it held of the wallet.
		add(ledger.Takings, m.byOnline)
		m.merchant -= m.byOnline
	}
	add(ledger.Platform, m.fee)
	out.Entries = append(out.Entries, ledger.NoteTax(m.tax, m.currency)...)
	if m.customer == nil {
		add(ledger.Merchant, m.merchant+m.wallet)
		return out
	}
	add(ledger.Held(*m.customer), -m.held)
	add(ledger.Wallet(*m.customer), m.wallet)
	add(ledger.Merchant, m.merchant)
	return out
}
