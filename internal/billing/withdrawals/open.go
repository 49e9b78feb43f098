package withdrawals

import (
	"context"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// OpenWithdrawal is one that is not over, with all that the operator needs to pay it
// out: the number of the bank account is shown in full.
type OpenWithdrawal struct {
	Withdrawal
	TenantName    string `json:"tenant_name" example:"Bella Vista Spa"`
	TenantSlug    string `json:"tenant_slug" example:"bella-vista-spa"`
	AccountNumber string `json:"account_number" example:"1234567890" doc:"In full; empty where the key that sealed it is lost."`
}

type waiting struct {
	Tenant id.ID  `db:"tenant_id"`
	Name   string `db:"tenant_name"`
	Slug   string `db:"tenant_slug"`
	row
}

const openSQL = `
	FROM withdrawals w
	JOIN bank_accounts b ON b.tenant_id = w.tenant_id AND b.id = w.bank_account_id
	JOIN tenants t ON t.id = w.tenant_id
	WHERE w.status IN ('pending', 'processing') AND ($1 = '' OR w.status = $1)`

// ListOpen lists the withdrawals of all businesses that are not over, the longest
// waiting first; status may be empty.
func (o *Operations) ListOpen(ctx context.Context, status string, page api.Page) (*api.List[OpenWithdrawal], error) {
	var total *db.Result[int]
	var rows *db.Results[waiting]
	err := o.db.PlatformView(ctx, "withdrawals that the operator has to pay out", func(tx *db.Tx) error {
		total = db.QueueOne[int](tx, `SELECT count(*)`+openSQL, status)
		rows = db.QueueAll[waiting](tx, `SELECT w.tenant_id, t.name AS tenant_name, t.slug AS tenant_slug, `+columns+openSQL+`
			ORDER BY w.requested_at, w.id
			LIMIT $2 OFFSET $3`, status, page.Limit(), page.Offset())
		return nil
	})
	if err != nil {
		return nil, err
	}
	items := make([]OpenWithdrawal, 0, len(rows.Rows))
	for _, r := range rows.Rows {
		number, err := o.keys.Open(sealedFor(r.Tenant, r.AccountID), r.Sealed)
		if err != nil {
			o.log.ErrorContext(ctx, "the number of a bank account cannot be read", "tenant", r.Tenant, "bank_account", r.AccountID, "error", err)
		}
		items = append(items, OpenWithdrawal{Withdrawal: r.view(r.Tenant), TenantName: r.Name, TenantSlug: r.Slug, AccountNumber: string(number)})
	}
	return api.NewList(items, total.Value, page), nil
}
