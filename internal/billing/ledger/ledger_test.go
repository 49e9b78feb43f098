package ledger_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reserva/internal/billing/ledger"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// books are those of a new tenant.
type books struct {
	t      *testing.T
	db     *db.DB
	tenant id.ID
}

func newBooks(t *testing.T) books {
	t.Helper()
	b := books{t: t, db: testkit.DB(t), tenant: id.New()}
	err := b.db.Platform(t.Context(), "fixture", func(tx *db.Tx) error {
		tx.Exec(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at) VALUES ($1, $2, 'Salon', 'a@b.c', '+62', $3, $3)`,
			b.tenant, "salon-"+string(b.tenant), tx.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b books) post(m ledger.Movement) error {
	return b.db.Update(b.t.Context(), b.tenant, func(tx *db.Tx) error { return ledger.Post(tx, m) })
}

func (b books) balances() map[ledger.Account]int64 {
	b.t.Helper()
	found := map[ledger.Account]int64{}
	err := b.db.View(b.t.Context(), b.tenant, func(tx *db.Tx) error {
		all, err := ledger.Balances(b.t.Context(), tx)
		for _, balance := range all {
			found[balance.Account] += balance.Amount
		}
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func (b books) differences() []ledger.Difference {
	b.t.Helper()
	var found []ledger.Difference
	err := b.db.View(b.t.Context(), b.tenant, func(tx *db.Tx) (err error) {
		found, err = ledger.Check(b.t.Context(), tx)
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return found
}

func charge(reference string, base, fee int64) ledger.Movement {
	return ledger.Movement{Kind: ledger.Charge, Reference: reference, Entries: []ledger.Entry{
		{Account: ledger.Gateway, Currency: money.IDR, Amount: -base - fee},
		{Account: ledger.Merchant, Currency: money.IDR, Amount: base},
		{Account: ledger.Platform, Currency: money.IDR, Amount: fee},
	}}
}

func move(kind ledger.Kind, reference string, from, to ledger.Account, amount int64) ledger.Movement {
	return ledger.Movement{Kind: kind, Reference: reference, Entries: []ledger.Entry{
		{Account: from, Currency: money.IDR, Amount: -amount}, {Account: to, Currency: money.IDR, Amount: amount},
	}}
}

func TestPostMovesMoneyOnceForACause(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for range 3 {
		if err := b.post(charge("payment-1", 100_000, 8_000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.post(charge("payment-2", 50_000, 0)); err != nil {
		t.Fatal(err)
	}
	want := map[ledger.Account]int64{ledger.Gateway: -158_000, ledger.Merchant: 150_000, ledger.Platform: 8_000}
	if diff := cmp.Diff(want, b.balances()); diff != "" {
		t.Error(diff)
	}
	if found := b.differences(); len(found) != 0 {
		t.Errorf("balances differ from entries: %+v", found)
	}
}

func TestPostRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	wallet := ledger.Wallet(id.New())
	if err := b.post(move(ledger.WalletMove, "late", ledger.Gateway, wallet, 70_000)); err != nil {
		t.Fatal(err)
	}
	var violation *db.Violation
	if err := b.post(move(ledger.WalletMove, "spend", wallet, ledger.Merchant, 70_001)); !errors.As(err, &violation) ||
		violation.Constraint != ledger.InsufficientConstraint {
		t.Errorf("overdrawn wallet: %v", err)
	}
	if err := b.post(move(ledger.WalletMove, "empty", ledger.Wallet(id.New()), ledger.Merchant, 1)); !errors.As(err, &violation) {
		t.Errorf("a wallet that there never was: %v", err)
	}
	if err := b.post(move(ledger.WalletMove, "spend", wallet, ledger.Merchant, 70_000)); err != nil {
		t.Errorf("all of the wallet: %v", err)
	}
	if got := b.balances()[wallet]; got != 0 {
		t.Errorf("wallet holds %d", got)
	}
}

func TestPostChecksTheMovement(t *testing.T) {
	t.Parallel()
	entry := func(account ledger.Account, c money.Currency, amount int64) ledger.Entry {
		return ledger.Entry{Account: account, Currency: c, Amount: amount}
	}
	tests := []struct {
		name    string
		entries []ledger.Entry
		want    error
	}{
		{"one side", []ledger.Entry{entry("gateway", "IDR", 5)}, ledger.ErrUnbalanced},
		{"two currencies", []ledger.Entry{entry("gateway", "IDR", -5), entry("merchant", "PHP", 5)}, ledger.ErrUnbalanced},
		{"nothing", nil, ledger.ErrEmpty},
		{"back and forth", []ledger.Entry{entry("gateway", "IDR", -5), entry("gateway", "IDR", 5)}, ledger.ErrEmpty},
		{"too much", []ledger.Entry{entry("merchant", "IDR", 1<<62), entry("platform", "IDR", 1<<62), entry("gateway", "IDR", -1<<63)}, ledger.ErrOverflow},
	}
	b := newBooks(t)
	for _, tt := range tests {
		if err := b.post(ledger.Movement{Kind: ledger.Charge, Reference: "x", Entries: tt.entries}); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if err := b.post(ledger.Movement{Kind: ledger.Charge, Entries: charge("x", 1, 1).Entries}); !errors.Is(err, ledger.ErrNoCause) {
		t.Errorf("no reference: %v", err)
	}
}

func TestPostFromManySides(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	wallet := ledger.Wallet(id.New())
	if err := b.post(move(ledger.WalletMove, "topup", ledger.Gateway, wallet, 10)); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	var spent, refused, failed sync.Map
	for i := range 24 {
		wait.Go(func() {
			m := charge("charge", 100, 8) // all of them the same cause
			switch i % 3 {
			case 1:
				m = charge(string(rune('a'+i)), 100, 8)
			case 2:
				m = move(ledger.WalletMove, string(rune('a'+i)), wallet, ledger.Merchant, 3)
			}
			var violation *db.Violation
			switch err := b.post(m); {
			case errors.As(err, &violation):
				refused.Store(i, true)
			case err != nil:
				failed.Store(i, err)
			default:
				spent.Store(i, true)
			}
		})
	}
	wait.Wait()
	failed.Range(func(_, err any) bool { t.Error(err); return true })
	want := map[ledger.Account]int64{
		ledger.Gateway: -10 - 9*108, ledger.Merchant: 9*100 + 9, ledger.Platform: 9 * 8, wallet: 1,
	}
	if diff := cmp.Diff(want, b.balances()); diff != "" {
		t.Error(diff)
	}
	if found := b.differences(); len(found) != 0 {
		t.Errorf("balances differ from entries: %+v", found)
	}
}

func TestBalancesAreTheSumsOfTheirEntries(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	accounts := []ledger.Account{ledger.Gateway, ledger.Merchant, ledger.Platform, ledger.Cash, ledger.Takings}
	model := map[ledger.Account]int64{}
	posted := map[string]bool{}
	rapid.Check(t, func(r *rapid.T) {
		reference := rapid.StringMatching(`[a-z]{2}`).Draw(r, "reference")
		from, to := rapid.SampledFrom(accounts).Draw(r, "from"), rapid.SampledFrom(accounts).Draw(r, "to")
		amount := rapid.Int64Range(1, 1000).Draw(r, "amount")
		m := move(ledger.Adjustment, reference, from, to, amount)
		err := b.post(m)
		mayFall := from == ledger.Gateway || from == ledger.Cash
		switch {
		case from == to:
			if !errors.Is(err, ledger.ErrEmpty) {
				r.Fatalf("to itself: %v", err)
			}
		case posted[reference]:
			if err != nil {
				r.Fatalf("again: %v", err)
			}
		case !mayFall && model[from] < amount:
			if err == nil {
				r.Fatalf("%s fell to %d", from, model[from]-amount)
			}
		case err != nil:
			r.Fatal(err)
		default:
			posted[reference] = true
			model[from] -= amount
			model[to] += amount
		}
		for account, amount := range b.balances() {
			if model[account] != amount {
				r.Fatalf("%s holds %d, want %d", account, amount, model[account])
			}
		}
	})
	if found := b.differences(); len(found) != 0 {
		t.Errorf("balances differ from entries: %+v", found)
	}
}

func TestPendingCountsWhatCameInLately(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	start := b.db.Now()
	for _, m := range []ledger.Movement{
		charge("payment-1", 100_000, 8_000), charge("payment-2", 50_000, 4_000),
		move(ledger.Refund, "hold:1", ledger.Merchant, ledger.Refunds, 30_000),
		move(ledger.Refund, "back:1", ledger.Refunds, ledger.Merchant, 10_000),
	} {
		if err := b.post(m); err != nil {
			t.Fatal(err)
		}
	}
	pending := func(since time.Time) (sum int64) {
		err := b.db.View(t.Context(), b.tenant, func(tx *db.Tx) (err error) {
			sum, err = ledger.Pending(t.Context(), tx, ledger.Merchant, money.IDR, since)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	if got := pending(start.Add(-time.Second)); got != 150_000 {
		t.Errorf("%d came in", got)
	}
	if got := pending(b.db.Now().Add(time.Second)); got != 0 {
		t.Errorf("%d will come in", got)
	}
}

func TestOnlyTheOutsideMayOwe(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	var violation *db.Violation
	for _, account := range []ledger.Account{
		ledger.Merchant, ledger.Platform, ledger.Refunds, ledger.Withdrawals, ledger.Takings, ledger.Tax, ledger.Held(id.New()), "customers",
	} {
		if err := b.post(move(ledger.Adjustment, string(account), account, ledger.Gateway, 1)); !errors.As(err, &violation) {
			t.Errorf("%s below zero: %v", account, err)
		}
	}
	for _, account := range []ledger.Account{ledger.Gateway, ledger.Cash, ledger.Taxed} {
		if err := b.post(move(ledger.Adjustment, string(account), account, ledger.Merchant, 1)); err != nil {
			t.Errorf("%s below zero: %v", account, err)
		}
	}
}

func TestEarnedIsTheFeesOfAllTenants(t *testing.T) {
	t.Parallel()
	earned := func(d *db.DB) (sum int64) {
		err := d.PlatformView(t.Context(), "test", func(tx *db.Tx) error {
			all, err := ledger.Earned(t.Context(), tx)
			for _, b := range all {
				if b.Currency == "KWD" { // no other test earns dinars
					sum += b.Amount
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return sum
	}
	for i := range int64(3) {
		b := newBooks(t)
		err := b.post(ledger.Movement{Kind: ledger.Charge, Reference: "p", Entries: []ledger.Entry{
			{Account: ledger.Gateway, Currency: "KWD", Amount: -10 - i}, {Account: ledger.Platform, Currency: "KWD", Amount: 10 + i},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := earned(b.db), []int64{10, 21, 33}[i]; got != want {
			t.Errorf("the platform earned %d, want %d", got, want)
		}
	}
}

func TestCheckFindsWhatWasWrittenAround(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	if err := b.post(charge("payment-1", 100, 8)); err != nil {
		t.Fatal(err)
	}
	err := b.db.Update(t.Context(), b.tenant, func(tx *db.Tx) error {
		tx.Exec(`UPDATE ledger_balances SET amount = 101 WHERE tenant_id = $1 AND account = 'merchant'`, b.tenant)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Difference{{Account: ledger.Merchant, Currency: money.IDR, Balance: 101, Sum: 100}}
	if diff := cmp.Diff(want, b.differences()); diff != "" {
		t.Error(diff)
	}
}

func TestMovementsOfOneTenantStayThere(t *testing.T) {
	t.Parallel()
	mine, theirs := newBooks(t), newBooks(t)
	for _, b := range []books{mine, theirs} {
		if err := b.post(charge("payment-1", 100, 8)); err != nil {
			t.Fatal(err)
		}
	}
	if got := mine.balances()[ledger.Merchant]; got != 100 {
		t.Errorf("merchant holds %d", got)
	}
}
