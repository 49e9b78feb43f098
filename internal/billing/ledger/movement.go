package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Account names an account of a tenant.
type Account string

// The accounts; see the package comment.
const (
	Gateway     Account = "gateway"
	Merchant    Account = "merchant"
	Platform    Account = "platform"
	Refunds     Account = "refunds"
	Withdrawals Account = "withdrawals"
	Cash        Account = "cash"
	Takings     Account = "takings"
	Tax         Account = "tax"
	Taxed       Account = "taxed"
)

// Wallet is the account of what a customer has in hand.
func Wallet(customer id.ID) Account { return Account("wallet:" + customer) }

// Held is the account of what is put aside of a customer's wallet.
func Held(customer id.ID) Account { return Account("held:" + customer) }

// NoteTax are the entries that tell how much of what a movement brings is tax; of what it
// takes back where tax is negative.
func NoteTax(tax int64, currency money.Currency) []Entry {
	if tax == 0 {
		return nil
	}
	return []Entry{{Account: Tax, Currency: currency, Amount: tax}, {Account: Taxed, Currency: currency, Amount: -tax}}
}

// Kind says what a movement is about.
type Kind string

// The kinds.
const (
	Charge     Kind = "charge"
	Fee        Kind = "fee"
	Refund     Kind = "refund"
	WalletMove Kind = "wallet"
	Withdrawal Kind = "withdrawal"
	Adjustment Kind = "adjustment"
)

// Entry is what one account gets, or with a negative amount gives.
type Entry struct {
	Account  Account
	Currency money.Currency
	Amount   int64
}

// Movement is a balanced set of entries. Its reference names the cause, such as a
// payment's id: the same kind and reference move money once.
type Movement struct {
	Kind      Kind
	Reference string
	Entries   []Entry
}

// Why a movement cannot be posted. All are mistakes of the caller.
var (
	ErrUnbalanced = errors.New("ledger: the movement does not balance")
	ErrEmpty      = errors.New("ledger: the movement moves nothing")
	ErrNoCause    = errors.New("ledger: the movement has no reference")
	ErrOverflow   = errors.New("ledger: the movement's amounts are too large")
)

// normal joins the entries of each account, drops those of nothing, and sorts
// the rest: the order in which balances are locked.
func (m Movement) normal() ([]Entry, error) {
	type key struct {
		account  Account
		currency money.Currency
	}
	if m.Reference == "" {
		return nil, ErrNoCause
	}
	sums, perCurrency := map[key]int64{}, map[money.Currency]int64{}
	for _, e := range m.Entries {
		if e.Account == "" || !e.Currency.Valid() {
			return nil, fmt.Errorf("ledger: entry without account or currency: %q %q", e.Account, e.Currency)
		}
		for _, sum := range []int64{sums[key{e.Account, e.Currency}], perCurrency[e.Currency]} {
			if sum > 0 && e.Amount > 0 && sum+e.Amount < 0 || sum < 0 && e.Amount < 0 && sum+e.Amount >= 0 {
				return nil, ErrOverflow
			}
		}
		sums[key{e.Account, e.Currency}] += e.Amount
		perCurrency[e.Currency] += e.Amount
	}
	for _, sum := range perCurrency {
		if sum != 0 {
			return nil, ErrUnbalanced
		}
	}
	entries := make([]Entry, 0, len(sums))
	for k, amount := range sums {
		if amount != 0 {
			entries = append(entries, Entry{Account: k.account, Currency: k.currency, Amount: amount})
		}
	}
	if len(entries) == 0 {
		return nil, ErrEmpty
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Currency, b.Currency))
	})
	return entries, nil
}
