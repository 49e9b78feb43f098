package proof_test

import (
	"time"

	"reserva/internal/billing/ledger"
	"reserva/internal/billing/maya"
	"reserva/internal/kit/db"
	"reserva/internal/kit/money"
)

// heal lets the server live and the providers answer, and gives jobs and those who ask by
// themselves their time: on the next day too, on which Maya gives back parts of what was
// paid today. Callbacks that were not delivered never are.
func (m *town) heal() {
	m.Helper()
	k, n := m.provider.Knobs(), m.provider.maya.Knobs()
	k.FailNext, k.LoseNext, k.FailDisbursements, n.FailNext, n.LoseNext, n.Ongoing = 0, 0, false, 0, 0, 0
	m.provider.SetKnobs(k)
	m.provider.maya.SetKnobs(n)
	m.provider.maya.FinishRefunds(m.oneIn(2))
	m.flush()
	m.provider.take()
	m.bag = nil
	m.Advance(25 * time.Hour)
	for range 10 {
		m.Advance(10 * time.Minute)
		m.finish()
		for _, name := range []string{"payments.reconcile", "refunds.pursue", "withdrawals.reconcile"} {
			m.Every(name)
		}
	}
	m.finish()
}

// finish does all jobs that are due; none may fail now.
func (m *town) finish() {
	m.Helper()
	for range 10_000 {
		due := m.due("")
		if len(due) == 0 {
			return
		}
		for _, job := range due {
			if err := m.run(m.Context(), job); err != nil {
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
	m.checkGateways(pages)
	m.checkPayouts(pages)
	for _, left := range collect[string](m.World, `
		SELECT 'refund ' || id || ' is still on its way' FROM refunds WHERE status = 'approved'
		UNION ALL
		SELECT 'the link of invoice ' || id || ' is still being made' FROM invoices WHERE status = 'DRAFT' AND NOT written
		UNION ALL
		SELECT 'invoice ' || i.id || ' asks for the price of a visit that was cancelled'
		FROM invoices i JOIN appointments a ON a.tenant_id = i.tenant_id AND a.id = i.appointment_id
		WHERE i.status IN ('SENT', 'OVERDUE') AND NOT i.written AND a.status = 'cancelled'`) {
		m.Error(left)
	}
}

// asked is an invoice with its payment.
type asked struct {
	Number, Invoice, Payment string
	Total                    int64
	Receipts                 int
}

// took tells whether a provider took what an invoice asks for, and whether it took anything
// else.
func (a asked) took(p page) (whole, other bool) {
	whole = a.Total > 0 && p.Paid == a.Total && p.Total == a.Total
	return whole, p.Paid > 0 && !whole
}

// checkPages: what a provider took whole is paid here, once and told once, and nothing else.
func (m *town) checkPages(i int, l *life, pages map[string]page) {
	m.Helper()
	for _, a := range m.asked(l) {
		p, there := pages[a.Number]
		whole, other := a.took(p)
		paid := a.Payment == "completed" || a.Payment == "refunded"
		switch {
		case a.Invoice == "PAID" && paid && a.Receipts == 1 && (whole || !there):
			// One that the wallet paid has no page.
		case whole, paid, a.Invoice == "PAID":
			m.Errorf("life %d, %s: the provider has %+v, and the invoice is %s, the payment %s, with %d receipts", i, a.Number, p, a.Invoice, a.Payment, a.Receipts)
		case other && a.Payment != "needs_review":
			m.Errorf("life %d, %s: the provider took %+v of %d, and the payment is %s", i, a.Number, p, a.Total, a.Payment)
		}
	}
}

func (m *town) asked(l *life) []asked {
	m.Helper()
	rows, err := m.DB.Pool().Query(m.Context(), `
		SELECT coalesce(i.provider_number, ''), i.status, p.status, i.total_amount, (SELECT count(*) FROM messages s WHERE s.tenant_id = i.tenant_id AND s.reference = 'payment:' || p.id)
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
		if err := rows.Scan(&a.Number, &a.Invoice, &a.Payment, &a.Total, &a.Receipts); err != nil {
			m.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// checkLife: all that a customer gave is in the appointments, in the wallet, was tax on the
// price or the platform's fee, or was given back; nothing was charged or credited twice.
func (m *town) checkLife(i int, l *life, pages map[string]page) {
	m.Helper()
	given, back := l.cash, l.back
	for _, a := range m.asked(l) {
		p := pages[a.Number]
		if whole, _ := a.took(p); whole {
			given += p.Paid
			back += m.returned(p)
		}
	}
	sum := func(sql string) int64 { return collect[int64](m.World, sql, l.shop.ID, l.customer.ID)[0] }
	booked := sum(`SELECT coalesce(sum(paid_amount), 0)::bigint FROM appointments WHERE tenant_id = $1 AND customer_id = $2`)
	wallet := sum(`SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balances WHERE tenant_id = $1 AND account IN ('wallet:' || $2, 'held:' || $2)`)
	fees := sum(`
		SELECT coalesce(sum(platform_fee - refunded_fee), 0)::bigint FROM payments
		WHERE tenant_id = $1 AND customer_id = $2 AND status IN ('completed', 'refunded')`)
	taxes := sum(`
		SELECT coalesce(sum(tax_amount - refunded_tax), 0)::bigint FROM payments
		WHERE tenant_id = $1 AND customer_id = $2 AND status IN ('completed', 'refunded')`)
	if given != booked+wallet+fees+taxes+back {
		m.Errorf("life %d (%s): %d were given, and %d are paid, %d in the wallet, %d fees, %d taxes, %d were given back",
			i, l.shop.currency, given, booked, wallet, fees, taxes, back)
	}
	for _, wrong := range collect[string](m.World, `
		SELECT id || ': ' || payment_status || ' ' || paid_amount || ' of ' || total_price
		FROM appointments a
		WHERE tenant_id = $1 AND customer_id = $2 AND payment_status <> CASE
			WHEN paid_amount >= total_price THEN 'paid' WHEN paid_amount > 0 THEN 'partially_paid'
			WHEN EXISTS (
				SELECT 1 FROM refunds r JOIN payments p ON p.tenant_id = $1 AND p.id = r.payment_id
				WHERE r.tenant_id = $1 AND p.appointment_id = a.id AND r.status = 'completed' AND r.applied_amount > 0) THEN 'refunded'
			ELSE 'pending' END`, l.shop.ID, l.customer.ID) {
		m.Errorf("life %d: appointment %s", i, wrong)
	}
}

// returned is what Maya says that it gave back of a page.
func (m *town) returned(p page) (sum int64) {
	m.Helper()
	for _, one := range p.ids {
		list, err := m.provider.mayaClient.ListRefunds(m.Context(), one)
		if err != nil {
			m.Fatal(err)
		}
		for _, r := range list {
			if r.Status == maya.RefundSuccess {
				sum += r.Amount
			}
		}
	}
	return sum
}

// checkGateways: what came in online is what the providers took whole, but for what they
// gave back and paid out; and the platform's part of it is its fees.
func (m *town) checkGateways(pages map[string]page) {
	m.Helper()
	want := map[money.Currency]int64{money.IDR: -m.paidOut(), money.PHP: 0}
	for _, l := range m.lives {
		for _, a := range m.asked(l) {
			p := pages[a.Number]
			if whole, _ := a.took(p); whole {
				want[l.shop.currency] += p.Paid - m.returned(p)
			}
		}
	}
	for currency, taken := range want {
		got := collect[int64](m.World, `SELECT coalesce(-sum(amount), 0)::bigint FROM ledger_balances WHERE account = 'gateway' AND currency = $1`, string(currency))[0]
		if got != taken {
			m.Errorf("the provider has %d %s of ours, and %d are in the books", taken, currency, got)
		}
		fees := collect[int64](m.World, `
			SELECT coalesce(sum(platform_fee - refunded_fee), 0)::bigint FROM payments WHERE currency = $1 AND status IN ('completed', 'refunded')`, string(currency))[0]
		if got := collect[int64](m.World, `SELECT coalesce(sum(amount), 0)::bigint FROM ledger_balances WHERE account = 'platform' AND currency = $1`, string(currency))[0]; got != fees {
			m.Errorf("fees of %d %s, and the platform has %d", fees, currency, got)
		}
	}
}

// paidOut is what withdrawals say that was paid out.
func (m *town) paidOut() int64 {
	m.Helper()
	return collect[int64](m.World, `SELECT coalesce(sum(amount - fee), 0)::bigint FROM withdrawals WHERE status = 'completed'`)[0]
}

// checkPayouts: each withdrawal has ended, and what the provider paid out was paid once.
func (m *town) checkPayouts(pages map[string]page) {
	m.Helper()
	for _, left := range collect[string](m.World, `SELECT id || ' is ' || status FROM withdrawals WHERE status IN ('pending', 'processing')`) {
		m.Errorf("withdrawal %s", left)
	}
	want := -m.paidOut()
	for _, p := range pages {
		if !p.ofMaya {
			want += p.Paid
		}
	}
	has, err := m.provider.paperClient.Balance(m.Context())
	if err != nil || has.Available != want {
		m.Errorf("the provider has %d left, %v; by our books it has %d", has.Available, err, want)
	}
}
