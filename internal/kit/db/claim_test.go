package db_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

func newClaim(tenant id.ID, key string) *db.Claim {
	return &db.Claim{Tenant: tenant, Scope: "test", Key: key, BodyHash: []byte(key)}
}

// claimed counts the stored keys of a tenant.
func claimed(t *testing.T, d *db.DB, tenant id.ID) int {
	t.Helper()
	var n int
	err := d.PlatformView(t.Context(), "test", func(tx *db.Tx) (err error) {
		n, err = db.One[int](t.Context(), tx, `SELECT count(*) FROM idempotency_keys WHERE tenant_id = $1`, tenant)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestTwinsHaveOneEffect(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	const twins = 8
	for _, audience := range []string{"tenant", "platform"} {
		tenant := newTenant(t, d)
		errs := make([]error, twins)
		var wg sync.WaitGroup
		for i := range twins {
			wg.Go(func() {
				slug := string(rune('a' + i))
				fn := func(tx *db.Tx) error { queueOutlet(tx, tenant, slug); return nil }
				ctx := db.WithClaim(t.Context(), newClaim(tenant, "key"))
				if audience == "tenant" {
					errs[i] = d.Update(ctx, tenant, fn)
				} else {
					errs[i] = d.Platform(ctx, "test", fn)
				}
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			switch {
			case err == nil:
				won++
			case !db.IsConflict(err, db.ClaimConstraint):
				t.Errorf("%s: a twin failed with %v", audience, err)
			}
		}
		if got := slugs(t, d, tenant); won != 1 || len(got) != 1 {
			t.Errorf("%s: %d twins won and there are outlets %v, want one of each", audience, won, got)
		}
	}
}

func TestClaimGoesWithTheFirstWritingTransaction(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant, other := newTenant(t, d), newTenant(t, d)
	ctx := db.WithClaim(t.Context(), newClaim(tenant, "key"))
	write := func(of id.ID, slug string) error {
		return d.Update(ctx, of, func(tx *db.Tx) error { queueOutlet(tx, of, slug); return nil })
	}
	expect := func(when string, want int) {
		t.Helper()
		if got := claimed(t, d, tenant); got != want {
			t.Errorf("%s: %d keys, want %d", when, got, want)
		}
	}
	if err := d.View(ctx, tenant, func(tx *db.Tx) error { tx.Exec(`SELECT 1`); return nil }); err != nil {
		t.Fatal(err)
	}
	expect("after a view", 0)
	if err := d.Update(ctx, tenant, func(tx *db.Tx) error { queueOutlet(tx, tenant, "zero"); return errOwn }); !errors.Is(err, errOwn) {
		t.Fatal(err)
	}
	expect("after a transaction that failed", 0)
	if err := write(other, "one"); err != nil {
		t.Fatal(err)
	}
	expect("after another tenant's transaction", 0)
	if err := write(tenant, "one"); err != nil {
		t.Fatal(err)
	}
	expect("after the first transaction", 1)
	if err := write(tenant, "two"); err != nil {
		t.Errorf("the same request's second transaction: %v", err)
	}
	expect("after the second", 1)
}

func TestClaimOfAnotherTenantIsAnotherClaim(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	for range 2 {
		tenant := newTenant(t, d)
		ctx := db.WithClaim(t.Context(), newClaim(tenant, "the same key"))
		if err := d.Update(ctx, tenant, func(tx *db.Tx) error { queueOutlet(tx, tenant, "one"); return nil }); err != nil {
			t.Error(err)
		}
	}
}

func TestRetriedTransactionClaimsAgain(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := newTenant(t, d)
	ctx := db.WithClaim(t.Context(), newClaim(tenant, "key"))
	attempts := 0
	err := d.Update(ctx, tenant, func(tx *db.Tx) error {
		attempts++
		queueOutlet(tx, tenant, "one")
		if attempts == 1 {
			tx.Exec(raise("40001"))
		}
		return nil
	})
	if err != nil || claimed(t, d, tenant) != 1 || !slices.Equal(slugs(t, d, tenant), []string{"one"}) {
		t.Errorf("after %d attempts: %v, %d keys", attempts, err, claimed(t, d, tenant))
	}
}

func TestAClaimThatIsGivenBackMayBeMadeAgain(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	for _, audience := range []string{"tenant", "platform"} {
		tenant := newTenant(t, d)
		key, of := audience+"-"+string(tenant), tenant
		if audience == "platform" {
			of = db.PlatformTenant
		}
		write := func(slug string) (context.Context, error) {
			ctx := db.WithClaim(t.Context(), newClaim(of, key))
			fn := func(tx *db.Tx) error { queueOutlet(tx, tenant, slug); return nil }
			if audience == "tenant" {
				return ctx, d.Update(ctx, tenant, fn)
			}
			return ctx, d.Platform(ctx, "test", fn)
		}
		first, err := write("one")
		if err != nil {
			t.Fatal(err)
		}
		second, err := write("two")
		if !db.IsConflict(err, db.ClaimConstraint) {
			t.Errorf("%s: a second claim: %v", audience, err)
		}
		// The one that lost has nothing to give back.
		if err := d.GiveBack(second); err != nil {
			t.Errorf("%s: %v", audience, err)
		}
		if _, err := write("two"); !db.IsConflict(err, db.ClaimConstraint) {
			t.Errorf("%s: after the loser gave back: %v", audience, err)
		}
		gone, cancel := context.WithCancel(first)
		cancel()
		if err := d.GiveBack(gone); err != nil {
			t.Errorf("%s: %v", audience, err)
		}
		if _, err := write("two"); err != nil {
			t.Errorf("%s: after it was given back: %v", audience, err)
		}
		// Given back already: what another request claimed since is not this one's.
		if err := d.GiveBack(first); err != nil {
			t.Errorf("%s: %v", audience, err)
		}
		if _, err := write("three"); !db.IsConflict(err, db.ClaimConstraint) {
			t.Errorf("%s: after it was given back twice: %v", audience, err)
		}
	}
}
