package invoices

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/money"
)

// Statistics are totals of invoices, by currency.
type Statistics struct {
	TotalInvoices int              `json:"total_invoices" minimum:"0" example:"12"`
	ByStatus      map[Status]int   `json:"by_status"`
	ByType        map[Type]int     `json:"by_type"`
	Currencies    []CurrencyTotals `json:"currencies" doc:"The currency with the most invoices first."`
}

// CurrencyTotals are the sums of the invoices in a currency. Drafts and cancelled
// invoices are not in them.
type CurrencyTotals struct {
	Currency    money.Currency `json:"currency"`
	Invoices    int            `json:"invoices" minimum:"0" example:"9"`
	Billed      money.Number   `json:"total_billed" example:"1350000"`
	Tax         money.Number   `json:"total_tax" example:"0"`
	Fee         money.Number   `json:"total_platform_fee" example:"108000" doc:"Of what is paid online: of a paid invoice what was taken, which is none of what was paid to the business itself or went to the wallet."`
	Paid        money.Number   `json:"total_paid" example:"1200000"`
	Outstanding money.Number   `json:"total_outstanding" example:"150000" doc:"Sent and not paid, overdue included."`
	Overdue     money.Number   `json:"total_overdue" example:"0"`
}

type statisticsRow struct {
	Currency money.Currency `db:"currency"`
	Type     Type           `db:"invoice_type"`
	Status   Status         `db:"status"`
	Count    int            `db:"count"`
	Total    int64          `db:"total"`
	Tax      int64          `db:"tax"`
	Fee      int64          `db:"fee"`
	Paid     int64          `db:"paid"`
}

// Statistics counts the invoices that a user may see and were issued within the dates;
// a zero date is no bound.
func (o *Operations) Statistics(ctx context.Context, who access.Staff, from, to civil.Date) (Statistics, error) {
	r := ReaderOf(&who, nil)
	var rows []statisticsRow
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		rows, err = db.All[statisticsRow](ctx, tx, `
			SELECT i.currency, i.invoice_type, i.status, count(*) AS count, sum(i.total_amount)::bigint AS total,
				sum(i.tax_amount)::bigint AS tax,
				sum(coalesce(p.fee, i.platform_fee))::bigint AS fee,
				sum(i.amount_paid)::bigint AS paid
			FROM invoices i
			LEFT JOIN appointments a ON a.tenant_id = $1 AND a.id = i.appointment_id
			LEFT JOIN (
				SELECT invoice_id, sum(platform_fee) AS fee
				FROM payments
				WHERE tenant_id = $1 AND invoice_id IS NOT NULL AND status IN ('completed', 'refunded')
				GROUP BY invoice_id
			) p ON p.invoice_id = i.id
			WHERE i.tenant_id = $1`+within+`
				AND ($5::date IS NULL OR i.issue_date >= $5)
				AND ($6::date IS NULL OR i.issue_date <= $6)
			GROUP BY i.currency, i.invoice_type, i.status
			ORDER BY sum(count(*)) OVER (PARTITION BY i.currency) DESC, i.currency, i.invoice_type, i.status`,
			r.Tenant, r.Customer, r.Outlets, r.User, date(from), date(to))
		return err
	})
	return summed(rows), err
}

// summed adds up the rows, which are sorted by currency.
func summed(rows []statisticsRow) Statistics {
	out := Statistics{ByStatus: map[Status]int{}, ByType: map[Type]int{}, Currencies: []CurrencyTotals{}}
	for _, status := range Statuses() {
		out.ByStatus[status] = 0
	}
	for _, kind := range Types() {
		out.ByType[kind] = 0
	}
	for _, row := range rows {
		out.TotalInvoices += row.Count
		out.ByStatus[row.Status] += row.Count
		out.ByType[row.Type] += row.Count
		if n := len(out.Currencies); n == 0 || out.Currencies[n-1].Currency != row.Currency {
			none := money.Number{Currency: row.Currency}
			out.Currencies = append(out.Currencies, CurrencyTotals{
				Currency: row.Currency, Billed: none, Tax: none, Fee: none, Paid: none, Outstanding: none, Overdue: none,
			})
		}
		if row.Status != Draft && row.Status != Cancelled {
			out.Currencies[len(out.Currencies)-1].add(row)
		}
	}
	return out
}

func (c *CurrencyTotals) add(row statisticsRow) {
	c.Invoices += row.Count
	c.Billed.Minor += row.Total
	c.Tax.Minor += row.Tax
	c.Fee.Minor += row.Fee
	c.Paid.Minor += row.Paid
	if row.Status == Paid {
		return
	}
	c.Outstanding.Minor += row.Total - row.Paid
	if row.Status == Overdue {
		c.Overdue.Minor += row.Total - row.Paid
	}
}
