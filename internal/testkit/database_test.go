package testkit_test

import (
	"context"
	"testing"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestDatabaseIsMigrated(t *testing.T) {
	t.Parallel()
	pending, err := testkit.DB(t).Pending(t.Context())
	if err != nil || pending != 0 {
		t.Errorf("pending migrations: %d, %v", pending, err)
	}
}

func TestDatabaseTellsTheClockOfTheTest(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 29, 1, 30, 0, 0, time.UTC)
	d := testkit.DB(t, testkit.WithClock(func() time.Time { return at }))
	err := d.PlatformView(t.Context(), "test", func(tx *db.Tx) error {
		if !tx.Now().Equal(at) {
			t.Errorf("transaction at %v, want %v", tx.Now(), at)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestSuperuserIsOne(t *testing.T) {
	t.Parallel()
	var super string
	if err := testkit.Superuser(t).QueryRow(context.Background(), "SHOW is_superuser").Scan(&super); err != nil {
		t.Fatal(err)
	}
	if super != "on" {
		t.Error("row-level security must be tested against a superuser")
	}
}

func TestFreshDatabasesAreApart(t *testing.T) {
	t.Parallel()
	one, two := testkit.FreshURL(t), testkit.FreshURL(t)
	if one == two || one == testkit.URL(t) {
		t.Errorf("%s and %s", one, two)
	}
	d, err := db.Open(t.Context(), db.Options{URL: one})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if pending, err := d.Pending(t.Context()); err != nil || pending != 0 {
		t.Errorf("pending migrations: %d, %v", pending, err)
	}
}
