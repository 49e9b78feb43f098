package db_test

import (
	"testing"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// The server connects as a superuser, and so do these tests: what they prove holds
// because each transaction gives the privileges up.

func TestRowsOfAnotherTenantAreOutOfReach(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	mine, theirs := newDiary(t, conn), newDiary(t, conn)
	tables := append(tenantTables(t, conn), "users")
	seen := 0
	for _, table := range tables {
		column := map[string]string{"tenants": "id", "users": "id"}[table]
		if column == "" {
			column = "tenant_id"
		}
		theirID, myID := theirs.tenant, mine.tenant
		if table == "users" {
			theirID, myID = theirs.user, mine.user
		}
		selectSQL := `SELECT 1 FROM ` + table + ` WHERE ` + column + ` = $1`
		own, err := attempt(t.Context(), conn, app, mine.tenant, do(selectSQL, myID))
		if err != nil {
			t.Errorf("%s: own rows: %v", table, err)
		}
		if own > 0 {
			seen++
		}
		rows, err := attempt(t.Context(), conn, app, mine.tenant, do(selectSQL, theirID))
		if err != nil || rows != 0 {
			t.Errorf("%s: read %d rows of another tenant, %v", table, rows, err)
		}
		// Where a column cannot be updated at all, that is refused; where it can, nothing is found.
		rows, err = attempt(t.Context(), conn, app, mine.tenant, do(`UPDATE `+table+` SET `+column+` = `+column+` WHERE `+column+` = $1`, theirID))
		if rows != 0 || err != nil && sqlState(err) != "42501" {
			t.Errorf("%s: updated %d rows of another tenant, %v", table, rows, err)
		}
		rows, err = attempt(t.Context(), conn, app, mine.tenant, do(`DELETE FROM `+table+` WHERE `+column+` = $1`, theirID))
		if rows != 0 || err != nil && sqlState(err) != "42501" {
			t.Errorf("%s: deleted %d rows of another tenant, %v", table, rows, err)
		}
	}
	if seen < 12 {
		t.Errorf("a tenant saw its own rows in %d tables only; the test looks at nothing", seen)
	}
}

func TestWritesIntoAnotherTenantAreRefused(t *testing.T) {
	t.Parallel()
	reference := refusal{"23503", ""}
	cases := []struct {
		name  string
		steps func(mine, theirs diary) []step
		want  refusal
	}{
		{"a row of another tenant", func(_, theirs diary) []step {
			return []step{do(`INSERT INTO plan_usage (tenant_id, month, appointments) VALUES ($1, '2026-03-01', 1)`, theirs.tenant)}
		}, privilege},
		{"a tenant", func(_, _ diary) []step {
			return []step{do(`INSERT INTO tenants (id, slug, name, email, phone, created_at, updated_at)
				VALUES ($1, $2, 'x', 'x', 'x', now(), now())`, id.New(), "x-"+string(id.New()))}
		}, privilege},
		{"a user", func(_, _ diary) []step {
			return []step{do(`INSERT INTO users (id, email, password_hash, created_at, updated_at) VALUES ($1, $2, '', now(), now())`,
				id.New(), string(id.New())+"@example.com")}
		}, privilege},
		{"a user of theirs made ours", func(mine, theirs diary) []step {
			return []step{do(`INSERT INTO memberships (tenant_id, user_id, role, created_at) VALUES ($1, $2, 'staff', now())`, mine.tenant, theirs.user)}
		}, privilege},
		{"a password's hash, even of our own user", func(mine, _ diary) []step {
			return []step{do(`SELECT password_hash FROM users WHERE id = $1`, mine.user)}
		}, privilege},
		{"a row moved to another tenant", func(mine, theirs diary) []step {
			return []step{do(`UPDATE outlets SET tenant_id = $2 WHERE tenant_id = $1`, mine.tenant, theirs.tenant)}
		}, privilege},
		{"an occupancy of their staff member under their tenant", func(_, theirs diary) []step {
			return []step{do(insertOccupancySQL, theirs.tenant, theirs.staff, noon, one, theirs.session)}
		}, privilege},
		{"an occupancy of their staff member under our tenant", func(mine, theirs diary) []step {
			return []step{do(insertOccupancySQL, mine.tenant, theirs.staff, noon, one, mine.session)}
		}, reference},
		{"an occupancy for their session", func(mine, theirs diary) []step {
			return []step{do(insertOccupancySQL, mine.tenant, mine.second, noon, one, theirs.session)}
		}, reference},
		{"a reference to their outlet", func(mine, theirs diary) []step {
			return []step{do(`INSERT INTO service_outlets (tenant_id, service_id, outlet_id) VALUES ($1, $2, $3)`, mine.tenant, mine.service, theirs.outlet)}
		}, reference},
		{"a line for their customer", func(mine, theirs diary) []step {
			return []step{do(insertLineSQL, mine.tenant, id.New(), mine.appointment, 1, theirs.customer, mine.service, noon, one, nil, nil, nil)}
		}, reference},
		{"an entry of their movement", func(mine, theirs diary) []step {
			return []step{do(insertEntrySQL, mine.tenant, theirs.movement, 9, "cash", "IDR", 1)}
		}, reference},
		{"a job of another tenant", func(_, theirs diary) []step {
			return []step{do(insertJobSQL, theirs.tenant)}
		}, privilege},
		{"a job of no tenant", func(_, _ diary) []step {
			return []step{do(`INSERT INTO river.river_job (args, kind, max_attempts, queue) VALUES ('{}', 'test', 1, 'default')`)}
		}, privilege},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := testkit.Superuser(t)
			mine, theirs := newDiary(t, conn), newDiary(t, conn)
			_, err := attempt(t.Context(), conn, app, mine.tenant, c.steps(mine, theirs)...)
			c.want.check(t, err)
		})
	}
}

func TestWithoutATenantThereIsNothing(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	d := newDiary(t, conn)
	for _, table := range append(tenantTables(t, conn), "users", "river.river_job") {
		rows, err := attempt(t.Context(), conn, app, "", do(`SELECT 1 FROM `+table))
		if err != nil || rows != 0 {
			t.Errorf("%s: read %d rows without a tenant, %v", table, rows, err)
		}
	}
	_, err := attempt(t.Context(), conn, app, "", do(`INSERT INTO plan_usage (tenant_id, month, appointments) VALUES ($1, '2026-03-01', 1)`, d.tenant))
	privilege.check(t, err)
	_, err = attempt(t.Context(), conn, app, "", do(insertJobSQL, d.tenant))
	privilege.check(t, err)
}

func TestJobsOfAnotherTenantAreOutOfReach(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	mine, theirs := newDiary(t, conn), newDiary(t, conn)
	const jobsSQL = `SELECT 1 FROM river.river_job WHERE args ->> 'tenant' = $1`
	if rows, err := attempt(t.Context(), conn, app, mine.tenant, do(jobsSQL, mine.tenant)); err != nil || rows != 1 {
		t.Errorf("read %d own jobs, %v", rows, err)
	}
	if rows, err := attempt(t.Context(), conn, app, mine.tenant, do(jobsSQL, theirs.tenant)); err != nil || rows != 0 {
		t.Errorf("read %d jobs of another tenant, %v", rows, err)
	}
	for _, sql := range []string{`DELETE FROM river.river_job WHERE id > $1`, `UPDATE river.river_job SET kind = 'x' WHERE id > $1`} {
		_, err := attempt(t.Context(), conn, app, mine.tenant, do(sql, 0))
		privilege.check(t, err)
	}
}

// The same through the kit: naming another tenant's id in a statement finds nothing.
func TestKitKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	conn := testkit.Superuser(t)
	mine, theirs := newDiary(t, conn), newDiary(t, conn)
	ctx := t.Context()
	const countSQL = `SELECT count(*) FROM outlets WHERE tenant_id = $1`
	err := d.View(ctx, mine.tenant, func(tx *db.Tx) error {
		// The second batch stands under the policy as well as the first.
		for range 2 {
			n, err := db.One[int](ctx, tx, countSQL, theirs.tenant)
			if err != nil || n != 0 {
				t.Errorf("saw %d outlets of another tenant, %v", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	err = d.Update(ctx, mine.tenant, func(tx *db.Tx) error {
		n, err := tx.ExecNow(ctx, `UPDATE outlets SET name = 'x' WHERE tenant_id = $1`, theirs.tenant)
		if n != 0 {
			t.Errorf("changed %d outlets of another tenant", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	err = d.Update(ctx, mine.tenant, func(tx *db.Tx) error { queueOutlet(tx, theirs.tenant, "x"); return nil })
	privilege.check(t, err)
	err = d.PlatformView(ctx, "test", func(tx *db.Tx) error {
		for _, tenant := range []id.ID{mine.tenant, theirs.tenant} {
			if n, err := db.One[int](ctx, tx, countSQL, tenant); err != nil || n != 1 {
				t.Errorf("the platform saw %d outlets, %v", n, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
