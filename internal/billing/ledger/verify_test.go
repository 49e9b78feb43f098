package ledger_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
)

// till is the books of a tenant with payments: one online for 100,000 with a fee of
// 8,000, one at the desk for 50,000, and one that is open with 20,000 put aside of a
// wallet.
type till struct {
	books
	customer             id.ID
	online, desk, linked id.ID
	gift                 string // the id of a movement
}

func newTill(t *testing.T) till {
	t.Helper()
	b := till{books: newBooks(t), customer: id.New(), online: id.New(), desk: id.New(), linked: id.New()}
	wallet, held := ledger.Wallet(b.customer), ledger.Held(b.customer)
	err := b.db.Update(t.Context(), b.tenant, func(tx *db.Tx) error {
		tx.Exec(`INSERT INTO customers (tenant_id, id, first_name, last_name, email, phone, source, created_at, updated_at)
			VALUES ($1, $2, 'Siti', 'Rahma', 's@example.com', '+6281234567890', 'walk_in', $3, $3)`, b.tenant, b.customer, tx.Now())
		invoice := id.New()
		tx.Exec(`INSERT INTO invoices (tenant_id, id, invoice_number, provider_number, invoice_type, status, currency, subtotal, total_amount,
				issue_date, due_date, created_at, updated_at)
			VALUES ($1, $2, 'INV-1', $2, 'APPOINTMENT', 'SENT', 'IDR', 90000, 70000, '2026-01-01', '2026-01-08', $3, $3)`, b.tenant, invoice, tx.Now())
		insert := func(payment id.ID, status, provider string, base, fee int64, invoice *id.ID) {
			tx.Exec(`INSERT INTO payments (tenant_id, id, payment_type, status, reference_id, currency, base_amount, platform_fee, total_amount,
					merchant_amount, payment_provider, invoice_id, created_at, updated_at)
				VALUES ($1, $2, 'appointment', $3, $2, 'IDR', $4::bigint, $5::bigint, $4::bigint + $5::bigint, $4::bigint, $6, $7, $8, $8)`,
				b.tenant, payment, status, base, fee, provider, invoice, tx.Now())
		}
		insert(b.online, "completed", "paper_id", 100_000, 8_000, nil)
		insert(b.desk, "completed", "manual", 50_000, 0, nil)
		insert(b.linked, "pending", "paper_id", 90_000, 0, &invoice)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []ledger.Movement{
		charge(string(b.online), 100_000, 8_000),
		move(ledger.Charge, string(b.desk), ledger.Cash, ledger.Takings, 50_000),
		move(ledger.WalletMove, "gift", ledger.Merchant, wallet, 30_000),
		move(ledger.WalletMove, "hold:"+string(b.linked), wallet, held, 20_000),
	} {
		if err := b.post(m); err != nil {
			t.Fatal(err)
		}
	}
	b.gift = b.movement("wallet", "gift")
	return b
}

// corrupt runs a statement as superuser, without triggers, foreign keys and policies.
// :tenant, :online and :linked stand for their ids.
func (b till) corrupt(sql string) {
	b.t.Helper()
	sql = strings.NewReplacer(":tenant", "'"+string(b.tenant)+"'", ":online", "'"+string(b.online)+"'", ":linked", "'"+string(b.linked)+"'").Replace(sql)
	root := testkit.Superuser(b.t)
	for _, s := range []string{`SET session_replication_role = replica`, sql} {
		if _, err := root.Exec(b.t.Context(), s); err != nil {
			b.t.Fatal(err)
		}
	}
}

// movement is the id of a movement.
func (b till) movement(kind, reference string) (found string) {
	b.t.Helper()
	err := testkit.Superuser(b.t).QueryRow(b.t.Context(), `SELECT id FROM ledger_movements WHERE tenant_id = $1 AND kind = $2 AND reference = $3`,
		b.tenant, kind, reference).Scan(&found)
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

// found is what is wrong in the books, without the tenant's name.
func (b books) found() []ledger.Finding {
	b.t.Helper()
	var all []ledger.Finding
	looked, err := ledger.Verify(b.t.Context(), b.db, "salon-"+string(b.tenant), func(f ledger.Finding) error {
		if f.Tenant != b.tenant {
			b.t.Errorf("found in another tenant: %s", f)
		}
		f.Tenant, f.Slug = "", ""
		all = append(all, f)
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	if looked.Tenants != 1 {
		b.t.Errorf("looked at %d tenants", looked.Tenants)
	}
	return all
}

// Whoever has all rights in the database can write around triggers and policies;
// Verify sees what they wrote.
func TestVerifySeesWhatASuperuserWrote(t *testing.T) {
	t.Parallel()
	balance := func(account ledger.Account, want, got int64) ledger.Finding {
		return ledger.Finding{Kind: ledger.WrongBalance, Subject: string(account), Currency: money.IDR, Want: want, Got: got}
	}
	tests := []struct {
		name    string
		corrupt string
		want    func(b till) []ledger.Finding
	}{
		{"nothing", `SELECT 1`, func(till) []ledger.Finding { return nil }},
		{"a balance raised", `UPDATE ledger_balances SET amount = 70001 WHERE tenant_id = :tenant AND account = 'merchant'`, func(till) []ledger.Finding {
			return []ledger.Finding{balance(ledger.Merchant, 70_000, 70_001)}
		}},
		{"a balance removed", `DELETE FROM ledger_balances WHERE tenant_id = :tenant AND account = 'takings'`, func(till) []ledger.Finding {
			return []ledger.Finding{balance(ledger.Takings, 50_000, 0)}
		}},
		{"an entry changed", `UPDATE ledger_entries e SET amount = 8001 WHERE tenant_id = :tenant AND account = 'platform'`, func(b till) []ledger.Finding {
			return []ledger.Finding{
				{Kind: ledger.OtherFee, Subject: string(b.online), Currency: money.IDR, Want: 8_000, Got: 8_001},
				{Kind: ledger.Unbalanced, Subject: b.movement("charge", string(b.online)), Currency: money.IDR, Got: 1},
				balance(ledger.Platform, 8_001, 8_000),
			}
		}},
		{"entries removed", `DELETE FROM ledger_entries WHERE tenant_id = :tenant AND account IN ('cash', 'takings')`, func(b till) []ledger.Finding {
			return []ledger.Finding{
				{Kind: ledger.NoEntries, Subject: b.movement("charge", string(b.desk))},
				{Kind: ledger.NotPosted, Subject: string(b.desk), Currency: money.IDR, Want: 50_000},
				balance(ledger.Cash, 0, -50_000), balance(ledger.Takings, 0, 50_000),
			}
		}},
		{"a movement removed", `DELETE FROM ledger_movements WHERE tenant_id = :tenant AND reference = 'gift'`, func(b till) []ledger.Finding {
			gone := ledger.Finding{Kind: ledger.NoMovement, Subject: b.gift, Currency: money.IDR}
			return []ledger.Finding{gone}
		}},
		{"a payment raised", `UPDATE payments SET total_amount = 108001 WHERE tenant_id = :tenant AND id = :online`, func(b till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.OtherIncome, Subject: string(b.online), Currency: money.IDR, Want: 108_001, Got: 108_000}}
		}},
		{"a payment in another currency", `UPDATE payments SET currency = 'PHP' WHERE tenant_id = :tenant AND id = :online`, func(b till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.OtherIncome, Subject: string(b.online), Currency: money.IDR, Got: 108_000}}
		}},
		{"a payment's tax", `UPDATE payments SET tax_amount = 700, refunded_tax = 200, refunded_amount = 200 WHERE tenant_id = :tenant AND id = :online`, func(b till) []ledger.Finding {
			return []ledger.Finding{
				{Kind: ledger.OtherTax, Subject: string(b.online), Currency: money.IDR, Want: 700},
				{Kind: ledger.TaxLeft, Subject: "tax", Currency: money.IDR, Want: 500},
			}
		}},
		{"a note of tax that nobody paid", `
			WITH movement AS (
				INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES (:tenant, :tenant, 'adjustment', 'x', now()) RETURNING id
			), entries AS (
				INSERT INTO ledger_entries (tenant_id, movement_id, position, account, currency, amount)
				SELECT :tenant, id, e.n, e.account, 'IDR', e.amount FROM movement, (VALUES (0, 'tax', 900), (1, 'taxed', -900)) AS e (n, account, amount)
				RETURNING 1
			)
			INSERT INTO ledger_balances (tenant_id, account, currency, amount) VALUES (:tenant, 'tax', 'IDR', 900), (:tenant, 'taxed', 'IDR', -900)`, func(till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.TaxLeft, Subject: "tax", Currency: money.IDR, Got: 900}}
		}},
		{"a payment undone", `UPDATE payments SET status = 'cancelled' WHERE tenant_id = :tenant AND id = :online`, func(b till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.NoPayment, Subject: string(b.online), Currency: money.IDR, Got: 108_000}}
		}},
		{"a payment completed", `UPDATE payments SET status = 'completed' WHERE tenant_id = :tenant AND id = :linked`, func(b till) []ledger.Finding {
			return []ledger.Finding{
				{Kind: ledger.NotPosted, Subject: string(b.linked), Currency: money.IDR, Want: 90_000},
				{Kind: ledger.OtherHold, Subject: string(ledger.Held(b.customer)), Currency: money.IDR, Got: 20_000},
			}
		}},
		{"a link cancelled", `UPDATE invoices SET status = 'CANCELLED' WHERE tenant_id = :tenant`, func(b till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.OtherHold, Subject: string(ledger.Held(b.customer)), Currency: money.IDR, Got: 20_000}}
		}},
		{"a refund approved and not set aside", `
			INSERT INTO refunds (tenant_id, id, payment_id, customer_id, status, amount, currency, method, reason, requested_by, created_at, decided_at, updated_at)
			VALUES (:tenant, :linked, :online, :tenant, 'approved', 7000, 'IDR', 'gateway', 'x', 'staff', now(), now(), now())`, func(till) []ledger.Finding {
			return []ledger.Finding{{Kind: ledger.OtherRefund, Subject: "refunds", Currency: money.IDR, Want: 7_000}}
		}},
		{"money from nowhere", `
			WITH movement AS (
				INSERT INTO ledger_movements (tenant_id, id, kind, reference, created_at) VALUES (:tenant, :tenant, 'adjustment', 'theft', now()) RETURNING id
			), entries AS (
				INSERT INTO ledger_entries (tenant_id, movement_id, position, account, currency, amount)
				SELECT :tenant, id, e.n, e.account, 'IDR', e.amount FROM movement, (VALUES (0, 'merchant', -90000), (1, 'pocket', 90000)) AS e (n, account, amount)
				RETURNING 1
			), raised AS (
				INSERT INTO ledger_balances (tenant_id, account, currency, amount) VALUES (:tenant, 'pocket', 'IDR', 90000)
			)
			UPDATE ledger_balances SET amount = 0 WHERE tenant_id = :tenant AND account = 'merchant'`, func(till) []ledger.Finding {
			return []ledger.Finding{
				{Kind: ledger.NoAccount, Subject: "pocket", Currency: money.IDR, Got: 90_000},
				{Kind: ledger.Overdrawn, Subject: "merchant", Currency: money.IDR, Got: -20_000},
				balance(ledger.Merchant, -20_000, 0),
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := newTill(t)
			b.corrupt(tt.corrupt)
			if diff := cmp.Diff(tt.want(b), b.found()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestVerifyKnowsItsTenants(t *testing.T) {
	t.Parallel()
	_, err := ledger.Verify(t.Context(), testkit.DB(t), "nobody", func(ledger.Finding) error { return nil })
	if !errors.Is(err, ledger.ErrNoTenant) {
		t.Errorf("a slug that nobody has: %v", err)
	}
	b := newTill(t)
	newTill(t)
	looked, err := ledger.Verify(t.Context(), b.db, "salon-"+string(b.tenant), func(f ledger.Finding) error { return errors.New(f.String()) })
	if err != nil || looked.Tenants != 1 || looked.Movements != 4 || looked.Entries != 9 {
		t.Errorf("looked at %+v, %v", looked, err)
	}
}
