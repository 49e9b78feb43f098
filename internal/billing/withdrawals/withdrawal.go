package withdrawals

import (
	"time"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Status is where a withdrawal is in its life.
type Status string

// The states.
const (
	Pending    Status = "pending"
	Processing Status = "processing"
	Completed  Status = "completed"
	Failed     Status = "failed"
	Cancelled  Status = "cancelled"
)

// Faults of withdrawals.
var (
	ErrNotFound     = fault.New(fault.NotFound, "withdrawal.not_found", "There is no such withdrawal.")
	ErrMinimum      = fault.New(fault.BadRequest, "withdrawal.minimum", "That is less than can be withdrawn at once.")
	ErrInsufficient = fault.New(fault.Conflict, "withdrawal.insufficient", "That is more than is available.")
	ErrInProgress   = fault.New(fault.Conflict, "withdrawal.in_progress", "Another withdrawal is in progress.")
	ErrNotPending   = fault.New(fault.Conflict, "withdrawal.not_pending", "The withdrawal is on its way already, or over.")
	ErrNotOpen      = fault.New(fault.Conflict, "withdrawal.not_open", "The withdrawal is over.")
)

// Withdrawal is money on its way to a merchant.
type Withdrawal struct {
	ID            id.ID          `json:"id"`
	TenantID      id.ID          `json:"tenant_id"`
	ReferenceID   string         `json:"reference_id" example:"WD-65f1e2a0c3b4d5e6f7a8b9c0-20260410090000"`
	Amount        money.Number   `json:"amount" example:"250000"`
	Fee           money.Number   `json:"fee" example:"0"`
	NetAmount     money.Number   `json:"net_amount" example:"250000" doc:"What arrives."`
	Currency      money.Currency `json:"currency" example:"IDR"`
	BankAccount   BankAccount    `json:"bank_account"`
	Status        Status         `json:"status" enum:"pending,processing,completed,failed,cancelled"`
	ProviderRef   string         `json:"provider_ref" doc:"The name of the payout at the provider or bank; empty until there is one."`
	RequestedBy   id.ID          `json:"requested_by"`
	RequestedAt   time.Time      `json:"requested_at"`
	ProcessedAt   *time.Time     `json:"processed_at" doc:"When it ended; null before."`
	FailureReason string         `json:"failure_reason" example:""`
	Notes         string         `json:"notes" example:"March"`
}

// row is a withdrawal as it is stored, with its bank account.
type row struct {
	ID          id.ID          `db:"id"`
	Reference   string         `db:"reference_id"`
	Status      Status         `db:"status"`
	Currency    money.Currency `db:"currency"`
	Amount      int64          `db:"amount"`
	Fee         int64          `db:"fee"`
	Notes       string         `db:"notes"`
	RequestedBy id.ID          `db:"requested_by"`
	ProviderRef string         `db:"provider_ref"`
	Failure     string         `db:"failure_reason"`
	RequestedAt time.Time      `db:"requested_at"`
	SentAt      *time.Time     `db:"sent_at"`
	ProcessedAt *time.Time     `db:"processed_at"`
	accountRow
}

const columns = `w.id, w.reference_id, w.status, w.currency, w.amount, w.fee, w.notes, w.requested_by, w.provider_ref, w.failure_reason,
	w.requested_at, w.sent_at, w.processed_at, ` + accountColumns

const fromSQL = `
	FROM withdrawals w
	JOIN bank_accounts b ON b.tenant_id = $1 AND b.id = w.bank_account_id`

func (r row) view(tenant id.ID) Withdrawal {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: r.Currency} }
	w := Withdrawal{
		ID: r.ID, TenantID: tenant, ReferenceID: r.Reference, Amount: amount(r.Amount), Fee: amount(r.Fee), NetAmount: amount(r.Amount - r.Fee),
		Currency: r.Currency, BankAccount: r.account(), Status: r.Status, ProviderRef: r.ProviderRef, RequestedBy: r.RequestedBy,
		RequestedAt: r.RequestedAt.UTC(), FailureReason: r.Failure, Notes: r.Notes,
	}
	if r.ProcessedAt != nil {
		at := r.ProcessedAt.UTC()
		w.ProcessedAt = &at
	}
	return w
}

// hold takes the amount from the earnings; it is the last thing that is queued.
func (r row) hold(tx *db.Tx) error {
	return ledger.Post(tx, r.movement("hold", ledger.Merchant, ledger.Withdrawals))
}

// giveBack returns it where nothing was paid out.
func (r row) giveBack(tx *db.Tx) error {
	return ledger.Post(tx, r.movement("back", ledger.Withdrawals, ledger.Merchant))
}

// send lets it leave: what arrives at the bank, and the fee.
func (r row) send(tx *db.Tx) error {
	m := r.movement("sent", ledger.Withdrawals, ledger.Gateway)
	m.Entries[1].Amount -= r.Fee
	m.Entries = append(m.Entries, ledger.Entry{Account: ledger.Platform, Currency: r.Currency, Amount: r.Fee})
	return ledger.Post(tx, m)
}

func (r row) movement(step string, from, to ledger.Account) ledger.Movement {
	return ledger.Movement{Kind: ledger.Withdrawal, Reference: step + ":" + string(r.ID), Entries: []ledger.Entry{
		{Account: from, Currency: r.Currency, Amount: -r.Amount}, {Account: to, Currency: r.Currency, Amount: r.Amount},
	}}
}

// auditEntry is what the audit log keeps of a withdrawal: no number of an account.
type auditEntry struct {
	Status      Status         `json:"status"`
	Amount      int64          `json:"amount"`
	Currency    money.Currency `json:"currency"`
	BankAccount id.ID          `json:"bank_account_id"`
	Reason      string         `json:"failure_reason,omitempty"`
}

func (r row) audit() auditEntry {
	return auditEntry{Status: r.Status, Amount: r.Amount, Currency: r.Currency, BankAccount: r.AccountID, Reason: r.Failure}
}
