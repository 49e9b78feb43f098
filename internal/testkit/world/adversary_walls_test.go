package world_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/kit/id"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Tenants are kept apart twice: by row-level security, and by the conditions that each
// statement has of its own. Here each of the two walls stands alone. Both are taken down
// in the test's own database; the product has no switch for it.

// Without row-level security, the statements' own conditions refuse all that the
// adversary tries.
func TestStatementsAloneKeepTenantsApart(t *testing.T) {
	t.Parallel()
	a := newAdversary(t)
	a.Exec(`
		DO $$
		DECLARE protected regclass;
		BEGIN
			FOR protected IN SELECT oid FROM pg_class WHERE relrowsecurity LOOP
				EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', protected);
			END LOOP;
		END $$`)
	a.down(t, a.shops[0].ID)
	a.attack(t)
	a.report(t)
}

// down fails the test where row-level security still hides a tenant from another.
func (a *adversary) down(t *testing.T, tenant id.ID) {
	t.Helper()
	var rows int
	tx, err := a.DB.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	if _, err := tx.Exec(t.Context(), `SELECT set_config('role', 'reserva_app', true), set_config('reserva.tenant', 'nobody', true)`); err != nil {
		t.Fatal(err)
	}
	if err := tx.QueryRow(t.Context(), `SELECT count(*) FROM customers WHERE tenant_id = $1`, tenant).Scan(&rows); err != nil || rows == 0 {
		t.Fatalf("row-level security still stands: %d rows, %v", rows, err)
	}
}

// Without the statements' conditions, row-level security shows and writes nothing: every
// transaction of the victim's people is put into the attacker's tenant by the database,
// while the statements go on to name the victim's.
func TestRowLevelSecurityAloneKeepsTenantsApart(t *testing.T) {
	t.Parallel()
	a := newAdversary(t)
	victim, attacker := a.shops[0], a.shops[1]
	people := a.intruders(victim)
	f := a.force(victim.ID, attacker.ID)
	whole, theirs := a.ledger, newLedgerOf(a.World, attacker.ID)
	before, untouched := whole.read(), theirs.read()
	asked, platform, byStatus := 0, 0, map[int]int{}
	for _, i := range people {
		if i.kind == "guest" || i.kind == string(access.SuperAdmin) {
			continue // neither is bound to a tenant when it asks
		}
		for _, o := range a.Operations {
			if !signedIn(o) || !i.may(o) || strings.Contains(o.Path, "/auth/") {
				continue
			}
			for _, p := range append(queries(o), place{}) {
				asked++
				f.begin(i)
				answer := a.send(i, o, p, victim.ids[p.name])
				here := fmt.Sprintf("%s: %s %s", i, o, p.name)
				if answer.Status == http.StatusUnauthorized {
					t.Fatalf("%s: the test no longer signs anybody in: %s", here, answer.Body)
				}
				byStatus[answer.Status/100]++
				if leaked := leaks(answer, attacker, ""); leaked != "" {
					t.Errorf("%s: a statement without its condition: the answer tells %s of the attacker's tenant: %s", here, leaked, answer.Body)
				}
				if f.onPlatform(i) {
					// Such a transaction has no tenant that could be forced.
					platform++
				} else if seen := sees(answer, victim); seen != "" {
					t.Errorf("%s: row-level security alone shows %s: %d %s", here, seen, answer.Status, answer.Body)
				}
				if o.Method == http.MethodGet {
					continue
				}
				now := whole.read()
				if changed := now.changed(before); len(changed) > 0 && !f.onPlatform(i) {
					t.Errorf("%s: row-level security alone lets be written %v", here, changed)
				}
				before = now
				if changed := theirs.read().changed(untouched); len(changed) > 0 {
					t.Fatalf("%s: the attacker's tenant was written to: %v", here, changed)
				}
			}
		}
	}
	t.Logf("%d requests under the other tenant's row-level security, %d of them with transactions of the platform", asked, platform)
	// Refused by the database's own words are only the inserts that no condition precedes.
	if byStatus[5]*4 > asked || byStatus[2]*10 < asked || byStatus[4]*10 < asked {
		t.Errorf("answers by status: %v", byStatus)
	}
	if asked-platform < 300 {
		t.Errorf("only %d requests were asked under the other tenant", asked-platform)
	}
}

// queries are the places of an operation's query.
func queries(o world.Operation) (found []place) {
	for _, p := range places(o) {
		if p.in == "query" {
			found = append(found, p)
		}
	}
	return found
}

// sees names what an answer tells of a shop that was not in the request.
func sees(a testkit.Answer, of *shop) string {
	if a.Status/100 != 2 {
		return ""
	}
	for _, value := range []string{of.Customer.Email, of.Staff.Email, `"` + of.Outlet.Slug + `"`} {
		if strings.Contains(string(a.Body), value) {
			return value
		}
	}
	return ""
}

// forced makes a database believe that one tenant's transactions are another's.
type forced struct{ *testkit.World }

// force puts a function of the same name before the one by which transactions say whose
// they are.
func (a *adversary) force(victim, attacker id.ID) forced {
	a.Helper()
	// What the function keeps lies in another schema, where it hides no table.
	a.Exec(`CREATE SCHEMA walls`)
	a.Exec(`CREATE SCHEMA behind`)
	a.Exec(`CREATE SEQUENCE behind.tenants`)
	a.Exec(`CREATE SEQUENCE behind.platform`)
	a.Exec(`CREATE TABLE behind.spared (n int NOT NULL)`)
	a.Exec(`INSERT INTO behind.spared VALUES (0)`)
	a.Exec(`
		CREATE FUNCTION walls.set_config(name text, value text, local boolean) RETURNS text LANGUAGE plpgsql AS $$
		BEGIN
			IF $1 = 'role' AND $2 = 'reserva_platform' THEN
				PERFORM pg_catalog.nextval('behind.platform');
			ELSIF $1 = 'reserva.tenant' AND $2 = '` + string(victim) + `' THEN
				IF pg_catalog.nextval('behind.tenants') > (SELECT n FROM behind.spared) THEN
					RETURN pg_catalog.set_config($1, '` + string(attacker) + `', $3);
				END IF;
			END IF;
			RETURN pg_catalog.set_config($1, $2, $3);
		END $$`)
	a.Exec(`GRANT USAGE ON SCHEMA walls, behind TO PUBLIC`)
	a.Exec(`GRANT ALL ON ALL TABLES IN SCHEMA behind TO PUBLIC`)
	a.Exec(`GRANT ALL ON ALL SEQUENCES IN SCHEMA behind TO PUBLIC`)
	a.Exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = walls, pg_catalog, public', current_database()); END $$`)
	a.DB.Pool().Reset()
	a.World.Inspect = nil // a database that lies is not documented
	return forced{a.World}
}

// begin spares the transaction in which a customer is authenticated; users are on the
// platform.
func (f forced) begin(i intruder) {
	f.Helper()
	spared := 0
	if i.kind == "customer" {
		spared = 1
	}
	f.Exec(`UPDATE behind.spared SET n = $1`, spared)
	f.Exec(`SELECT setval('behind.tenants', 1, false), setval('behind.platform', 1, false)`)
}

// onPlatform tells whether the request had transactions of the platform, beside that in
// which a user is authenticated.
func (f forced) onPlatform(i intruder) bool {
	f.Helper()
	var n int
	err := f.DB.Pool().QueryRow(f.Context(), `SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM behind.platform`).Scan(&n)
	if err != nil {
		f.Fatal(err)
	}
	if i.kind != "customer" {
		n--
	}
	return n > 0
}
