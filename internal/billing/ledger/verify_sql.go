package ledger

// findingsSQL reads everything that is wrong, for the tenant with the slug $1 or all
// of them. It is one statement, and so sees the books at one moment.
const findingsSQL = `
	WITH chosen AS (
		SELECT id, slug
		FROM tenants
		WHERE $1 = '' OR slug = $1
	), ` + sumsSQL + `, ` + booksSQL + `, ` + holdsSQL + `
	SELECT t.id AS tenant_id, t.slug, f.kind, f.subject, f.currency, f.want, f.got
	FROM (` + entriesWrongSQL + ` UNION ALL ` + balancesWrongSQL + ` UNION ALL ` + paymentsWrongSQL + `) f
	JOIN chosen t ON t.id = f.tenant_id
	ORDER BY t.id, f.kind, f.subject, f.currency`

// sumsSQL are the accounts: the sum of their entries beside the balance that is
// kept.
const sumsSQL = `accounts AS MATERIALIZED (
		SELECT tenant_id, account, currency, coalesce(s.amount, 0) AS want, coalesce(b.amount, 0) AS got
		FROM ledger_balances b
		FULL JOIN (
			SELECT tenant_id, account, currency, sum(amount)::bigint AS amount
			FROM ledger_entries
			GROUP BY tenant_id, account, currency
		) s USING (tenant_id, account, currency)
	)`

// booksSQL are the movements with what their entries come to, with what came in from
// outside and the platform's part; those of them that are charges; and the payments
// that charges belong to.
const booksSQL = `books AS MATERIALIZED (
		SELECT coalesce(m.tenant_id, e.tenant_id) AS tenant_id, m.id, m.kind, m.reference, e.movement_id, e.currency, e.rest, e.income, e.fee, e.tax
		FROM ledger_movements m
		FULL JOIN (
			SELECT tenant_id, movement_id, currency, sum(amount)::bigint AS rest,
				coalesce(-sum(amount) FILTER (WHERE account IN ('gateway', 'cash')), 0)::bigint AS income,
				coalesce(sum(amount) FILTER (WHERE account = 'platform'), 0)::bigint AS fee,
				coalesce(sum(amount) FILTER (WHERE account = 'tax'), 0)::bigint AS tax
			FROM ledger_entries
			GROUP BY tenant_id, movement_id, currency
		) e ON e.tenant_id = m.tenant_id AND e.movement_id = m.id
	), paid AS (
		SELECT tenant_id, id, currency, base_amount, total_amount, tax_amount, refunded_tax,
			CASE WHEN payment_type IN ('subscription', 'setup_fee') THEN total_amount ELSE platform_fee END AS platform_fee
		FROM payments
		WHERE status IN ('completed', 'refunded') AND payment_type <> 'refund'
	), charges AS MATERIALIZED (
		SELECT coalesce(b.tenant_id, p.tenant_id) AS tenant_id, b.reference, b.currency, b.income, b.fee, b.tax,
			p.id, p.currency AS paid_in, p.base_amount, p.total_amount, p.platform_fee, p.tax_amount
		FROM (SELECT tenant_id, reference, currency, income, fee, tax FROM books WHERE kind = 'charge' AND movement_id IS NOT NULL) b
		FULL JOIN paid p ON p.tenant_id = b.tenant_id AND p.id = b.reference
	)`

// holdsSQL is what payments that are still open have put aside of wallets.
const holdsSQL = `holds AS (
		SELECT m.tenant_id, e.account, e.currency, sum(e.amount)::bigint AS amount
		FROM ledger_movements m
		JOIN ledger_entries e ON e.tenant_id = m.tenant_id AND e.movement_id = m.id AND e.account LIKE 'held:%'
		JOIN payments p ON p.tenant_id = m.tenant_id AND p.id = substr(m.reference, 6)
		JOIN invoices i ON i.tenant_id = p.tenant_id AND i.id = p.invoice_id
		WHERE m.kind = 'wallet' AND m.reference LIKE 'hold:%'
			AND p.status IN ('pending', 'needs_review') AND i.status IN ('DRAFT', 'SENT', 'OVERDUE')
		GROUP BY m.tenant_id, e.account, e.currency
	)`

const entriesWrongSQL = `
		SELECT tenant_id, '` + Unbalanced + `' AS kind, movement_id AS subject, currency, 0::bigint AS want, rest AS got
		FROM books
		WHERE rest <> 0
		UNION ALL
		SELECT tenant_id, '` + NoEntries + `', id, '', 0, 0
		FROM books
		WHERE movement_id IS NULL
		UNION ALL
		SELECT tenant_id, '` + NoMovement + `', movement_id, currency, 0, 0
		FROM books
		WHERE id IS NULL`

const balancesWrongSQL = `
		SELECT tenant_id, '` + WrongBalance + `', account, currency, want, got
		FROM accounts
		WHERE want <> got
		UNION ALL
		SELECT tenant_id, '` + Overdrawn + `', account, currency, 0, least(want, got)
		FROM accounts
		WHERE least(want, got) < 0 AND account NOT IN ('gateway', 'cash', 'taxed')
		UNION ALL
		SELECT tenant_id, '` + NoAccount + `', account, currency, 0, want
		FROM accounts
		WHERE account NOT IN ('gateway', 'merchant', 'platform', 'refunds', 'withdrawals', 'cash', 'takings', 'tax', 'taxed')
			AND account !~ '^(wallet|held):[0-9a-f]{24}$'
		UNION ALL
		SELECT tenant_id, '` + OtherPayout + `', 'withdrawals', currency, coalesce(w.amount, 0), coalesce(a.want, 0)
		FROM (SELECT tenant_id, currency, want FROM accounts WHERE account = 'withdrawals') a
		FULL JOIN (
			SELECT tenant_id, currency, sum(amount)::bigint AS amount
			FROM withdrawals
			WHERE status IN ('pending', 'processing')
			GROUP BY tenant_id, currency
		) w USING (tenant_id, currency)
		WHERE coalesce(w.amount, 0) <> coalesce(a.want, 0)
		UNION ALL
		SELECT tenant_id, '` + OtherRefund + `', 'refunds', currency, coalesce(r.amount, 0), coalesce(a.want, 0)
		FROM (SELECT tenant_id, currency, want FROM accounts WHERE account = 'refunds') a
		FULL JOIN (
			SELECT tenant_id, currency, sum(amount)::bigint AS amount
			FROM refunds
			WHERE status = 'approved' AND method = 'gateway'
			GROUP BY tenant_id, currency
		) r USING (tenant_id, currency)
		WHERE coalesce(r.amount, 0) <> coalesce(a.want, 0)
		UNION ALL
		SELECT tenant_id, '` + TaxLeft + `', 'tax', currency, coalesce(p.amount, 0), coalesce(a.want, 0)
		FROM (SELECT tenant_id, currency, want FROM accounts WHERE account = 'tax') a
		FULL JOIN (
			SELECT tenant_id, currency, sum(tax_amount - refunded_tax)::bigint AS amount
			FROM paid
			GROUP BY tenant_id, currency
		) p USING (tenant_id, currency)
		WHERE coalesce(p.amount, 0) <> coalesce(a.want, 0)
		UNION ALL
		SELECT tenant_id, '` + OtherHold + `', account, currency, coalesce(h.amount, 0), coalesce(a.want, 0)
		FROM (SELECT tenant_id, account, currency, want FROM accounts WHERE account LIKE 'held:%') a
		FULL JOIN holds h USING (tenant_id, account, currency)
		WHERE coalesce(h.amount, 0) <> coalesce(a.want, 0)`

const paymentsWrongSQL = `
		SELECT tenant_id, '` + NotPosted + `', id, paid_in, total_amount, 0
		FROM charges
		WHERE reference IS NULL AND base_amount + total_amount > 0
		UNION ALL
		SELECT tenant_id, '` + OtherIncome + `', id, currency, CASE WHEN currency = paid_in THEN total_amount ELSE 0 END, income
		FROM charges
		WHERE income <> total_amount OR currency <> paid_in
		UNION ALL
		SELECT tenant_id, '` + OtherFee + `', id, currency, platform_fee, fee
		FROM charges
		WHERE fee <> platform_fee AND currency = paid_in
		UNION ALL
		SELECT tenant_id, '` + OtherTax + `', id, currency, tax_amount, tax
		FROM charges
		WHERE tax <> tax_amount AND currency = paid_in
		UNION ALL
		SELECT tenant_id, '` + NoPayment + `', reference, currency, 0, income
		FROM charges
		WHERE id IS NULL`
