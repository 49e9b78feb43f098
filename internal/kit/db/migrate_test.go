package db_test

import (
	"context"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// emptyDatabase makes one beside that of the tests and returns its address for
// user, "" meaning the superuser.
func emptyDatabase(t *testing.T, admin *pgx.Conn, user string) string {
	t.Helper()
	address, err := url.Parse(testkit.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := "reserva_empty_" + string(id.Random())
	address.Path = "/" + name
	create := `CREATE DATABASE ` + name
	if user != "" {
		create += ` OWNER ` + user
		address.User = url.UserPassword(user, "test")
	}
	execute(t, admin, create)
	t.Cleanup(func() { execute(t, admin, `DROP DATABASE `+name+` WITH (FORCE)`) })
	return address.String()
}

func execute(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(context.WithoutCancel(t.Context()), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func checkWorks(t *testing.T, address string) {
	t.Helper()
	d, err := db.Open(t.Context(), db.Options{URL: address, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if pending, err := d.Pending(t.Context()); err != nil || pending != 0 {
		t.Errorf("pending migrations: %d, %v", pending, err)
	}
	tenant := newTenant(t, d)
	err = d.Update(t.Context(), tenant, func(tx *db.Tx) error {
		queueOutlet(tx, tenant, "one")
		tx.AddJob(job(tenant, "a"))
		return nil
	})
	if err != nil || len(slugs(t, d, tenant)) != 1 || len(queued(t, d, tenant)) != 1 {
		t.Errorf("use of the migrated database: %v", err)
	}
}

func TestMigrateFromNothingTwice(t *testing.T) {
	t.Parallel()
	address := emptyDatabase(t, testkit.Superuser(t), "")
	for range 2 {
		if err := db.Migrate(t.Context(), address); err != nil {
			t.Fatal(err)
		}
	}
	checkWorks(t, address)
}

func TestServersThatMigrateAtOnce(t *testing.T) {
	t.Parallel()
	address := emptyDatabase(t, testkit.Superuser(t), "")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if err := db.Migrate(t.Context(), address); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	checkWorks(t, address)
}

// An operator's server need not give us a superuser.
func TestMigrateAsAnOwnerWithoutPrivileges(t *testing.T) {
	t.Parallel()
	admin := testkit.Superuser(t)
	owner := "owner_" + string(id.Random())
	execute(t, admin, `CREATE ROLE `+owner+` LOGIN CREATEROLE PASSWORD 'test'`)
	t.Cleanup(func() { execute(t, admin, `DROP ROLE `+owner) })
	// The roles are the cluster's, and here the superuser made them.
	execute(t, admin, `GRANT reserva_app, reserva_platform TO `+owner+` WITH ADMIN OPTION`)
	address := emptyDatabase(t, admin, owner)
	if err := db.Migrate(t.Context(), address); err != nil {
		t.Fatal(err)
	}
	checkWorks(t, address)
}

func TestMigrateSaysWhatItCouldNotReach(t *testing.T) {
	t.Parallel()
	if err := db.Migrate(t.Context(), "postgres://localhost:1/none?connect_timeout=1"); err == nil {
		t.Error("migrated nothing")
	}
}
