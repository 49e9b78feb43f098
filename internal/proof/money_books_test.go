package proof_test

import (
	"time"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
)

// heal lets the server live and the provider answer, and gives jobs and the reconciler
// their time. Callbacks that were not delivered never are.
func (m *town) heal() {
	m.Helper()
	k := m.provider.Knobs()
	k.FailNext, k.LoseNext = 0, 0
	m.provider.SetKnobs(k)
	m.provider.take()
	m.bag = nil
	for range 10 {
		m.Advance(10 * time.Minute)
		m.finish()
		m.Every("payments.reconcile")
	}
	m.finish()
}

// finish does all jobs that are due; none may fail now.
func (m *town) finish() {
	m.Helper()
	for range 10_000 {
		due := m.due()
		if len(due) == 0 {
			return
		}
		for _, job := range due {
			if err := m.run(job); err != nil {
				m.Fatalf("job %s/%s %s: %v; seed %d", job.Args.Event, job.Args.Subscriber, job.Args.Data, err, m.seed)
			}
			m.Exec(`DELETE FROM river.river_job WHERE id = $1`, job.ID)
		}
	}
	m.Fatalf("the jobs never end; seed %d", m.seed)
}

// check holds the books against one another and against the provider's own record.
func (m *town) check() {
	m.Helper()
	for _, s := range m.shops {
		err := m.DB.View(m.Context(), s.ID, func(tx *db.Tx) error {
			differences, err := ledger.Check(m.Context(), tx)
			for _, d := range differences {
				m.Errorf("balance differs from its entries: %+v", d)
			}
			return err
		})
		if err != nil {
			m.Fatal(err)
		}
	}
	if _, err := ledger.Verify(m.Context(), m.DB, "", func(f ledger.Finding) error { m.Error(f); return nil }); err != nil {
		m.Fatal(err)
	}
	pages := m.provider.pages(m.World)
	for i, l := range m.lives {
		m.checkPages(i, l, pages)
		m.checkLife(i, l, pages)
	}
	m.checkGateway(pages)
}

// asked is an invoice with its payment.
type asked struct {
	Number, Invoice, Payment string
	Receipts                 int
}

// checkPages: what the provider took whole is paid here, once and told once, and nothing else.
func (m *town) checkPages(i int, l *life, pages map[string]page) {
	m.Helper()
	for _, a := range m.asked(l) {
		p, there := pages[a.Number]
		paid := there && p.Paid >= p.Total
		part := there && p.Paid > 0 && !paid
		switch {
		case a.Invoice == "PAID" && a.Payment == "completed" && a.Receipts == 1 && (paid || !there):
			// One that the wallet paid has no page.
		case paid, a.Invoice == "PAID", a.Payment == "completed":
			m.Errorf("life %d, %s: the provider has %+v, and the invoice is %s, the payment %s, with %d receipts", i, a.Number, p, a.Invoice, a.Payment, a.Receipts)
		case part && a.Payment != "needs_review":
			m.Errorf("life %d, %s: the provider took a part, and the payment is %s", i, a.Number, a.Payment)
		}
	}
}

func (m *town) asked(l *life) []asked {
	m.Helper()
	rows, err := m.DB.Pool().Query(m.Context(), `
		SELECT coalesce(i.provider_number, ''), i.status, p.status, (SELECT count(*) FROM messages s WHERE s.tenant_id = i.tenant_id AND s.reference = 'payment:' || p.id)
		FROM invoices i
		JOIN payments p ON p.tenant_id = i.tenant_id AND p.invoice_id = i.id
		WHERE i.customer_id = $1
		ORDER BY i.id`, l.customer.ID)
	if err != nil {
		m.Fatal(err)
	}
	defer rows.Close()
	var out []asked
	for rows.Next() {
		var a asked
		if err := rows.Scan(&a.Number, &a.Invoice, &a.Payment, &a.Receipts); err != nil {
			m.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// checkLife: all that a customer gave is in the appointments, in the wallet, or was the
// platform's fee; nothing was charged or credited twice.
func (m *town) checkLife(i int, l *life, pages map[string]page) {
	m.Helper()
	given := l.cash
	for _, number := range m.numbers(l) {
		if p, ok := pages[number]; ok && p.Paid >= p.Total {
			given += p.Paid
		}
	}
	sum := func(sql string) int64 { return collect[int64](m, sql, l.shop.ID, l.customer.ID)[0] }
	booked := sum(`SELECT coalesce(sum(paid_amount), 0)::bigint FROM appointments WHERE tenant_id = $1 AND customer_id = $2`)
	wallet := sum(`SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balances WHERE tenant_id = $1 AND account IN ('wallet:' || $2, 'held:' || $2)`)
	fees := sum(`SELECT coalesce(sum(platform_fee), 0)::bigint FROM payments WHERE tenant_id = $1 AND customer_id = $2 AND status = 'completed'`)
	if given != booked+wallet+fees {
		m.Errorf("life %d: %d were given, and %d are paid, %d in the wallet, %d fees", i, given, booked, wallet, fees)
	}
	for _, wrong := range collect[string](m, `
		SELECT id || ': ' || payment_status || ' ' || paid_amount || ' of ' || total_price
		FROM appointments
		WHERE tenant_id = $1 AND customer_id = $2 AND payment_status <> CASE
			WHEN paid_amount >= total_price THEN 'paid' WHEN paid_amount > 0 THEN 'partially_paid' ELSE 'pending' END`, l.shop.ID, l.customer.ID) {
		m.Errorf("life %d: appointment %s", i, wrong)
	}
}

// checkGateway: what came in online is what the provider took whole.
func (m *town) checkGateway(pages map[string]page) {
	m.Helper()
	taken := int64(0)
	for _, p := range pages {
		if p.Paid >= p.Total {
			taken += p.Paid
		}
	}
	got := collect[int64](m, `SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_balances WHERE account = 'gateway'`)[0]
	if got != taken {
		m.Errorf("the provider took %d, and %d are in the books", taken, got)
	}
}
