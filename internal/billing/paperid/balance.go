package paperid

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// BalanceEntry is a movement of the account's balance. The provider documents that they can be listed, but not what
// one looks like: what is not under any of the names used elsewhere is empty, and Raw has all of it.
type BalanceEntry struct {
	ID     string // the provider's
	RefID  string // ours, on withdrawals
	Type   string
	Status string // upper case
	Amount int64
	Raw    json.RawMessage
}

// BalanceTransactions lists movements of the balance, at most a hundred, the newest first as far as was seen.
func (c *Client) BalanceTransactions(ctx context.Context, limit, offset int) ([]BalanceEntry, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	k := call{op: "BalanceTransactions", method: http.MethodGet, path: "/api/v1/payment/balance/list", query: pageOf(limit, offset), repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return nil, err
	}
	entries := make([]BalanceEntry, 0, len(answer.Data))
	for _, raw := range answer.Data {
		o := readObject(raw)
		e := BalanceEntry{
			ID: firstText(o.text("id"), o.text("transaction_id")), RefID: o.text("ref_id"), Type: o.text("type"),
			Status: strings.ToUpper(firstText(o.text("transaction_status"), o.text("status"))), Raw: raw,
		}
		e.Amount, _ = o.rupiah("total_amount", "amount")
		entries = append(entries, e)
	}
	return entries, nil
}

func pageOf(limit, offset int) url.Values {
	return url.Values{"limit": {strconv.Itoa(limit)}, "offset": {strconv.Itoa(offset)}}
}

// WithdrawalState is what became of a request for money.
type WithdrawalState struct {
	RefID   string
	ID      string // the provider's; may be empty
	Amount  int64
	Status  string // upper case, as sent
	Outcome Outcome
}

const (
	balancePage  = 100
	balancePages = 20
)

// FindWithdrawal looks for a withdrawal among the newest movements of the balance, by our reference: any that names
// it is taken. It fails with ErrNotFound.
func (c *Client) FindWithdrawal(ctx context.Context, refID string) (WithdrawalState, error) {
	for page := range balancePages {
		entries, err := c.BalanceTransactions(ctx, balancePage, page*balancePage)
		if err != nil {
			return WithdrawalState{}, err
		}
		for _, e := range entries {
			if e.RefID == refID {
				return WithdrawalState{RefID: refID, ID: e.ID, Amount: e.Amount, Status: e.Status, Outcome: outcome(e.Status)}, nil
			}
		}
		if len(entries) < balancePage {
			break
		}
	}
	return WithdrawalState{}, notFound("FindWithdrawal")
}
