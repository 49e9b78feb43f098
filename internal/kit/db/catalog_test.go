package db_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"reserva/internal/testkit"
)

// platformTables belong to no tenant: only transactions of the platform reach them,
// but for users, which a tenant sees through its memberships.
var platformTables = []string{
	"goose_db_version", "password_resets", "plan_fees", "rate_counters", "signin_failures", "signing_keys", "spent_tokens", "users", "webhook_events",
}

// globalConstraints lack the tenant: they are what stands in the way of spreading
// tenants over several databases, and each is wanted.
var globalConstraints = []string{
	"appointments_id",          // the guest API reads a booking by its id alone
	"booking_tokens_pkey",      // a secret is looked up by itself
	"invoices_provider_number", // unique at the provider, who knows no tenants
	"outlets_id",               // public pages and the guest API name an outlet by its id alone
	"occupancies_no_overlap",   // over subjects, whose keys are unique anyway
	"password_resets_pkey",
	"plan_fees_pkey",     // plans are the same for all tenants
	"rate_counters_pkey", // callers are counted before their tenant is known
	"signing_keys_pkey",
	"spent_tokens_pkey",
	"subjects_key",
	"tenants_pkey",
	"tenants_slug",
	"users_email",
	"users_pkey",
	"webhook_events_once",
	"webhook_events_pkey",
	"signin_failures_pkey",
}

func collect[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// tenantTables are all tables of the product that hold a tenant's rows.
func tenantTables(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	all := collect[string](t, conn, `
		SELECT c.relname::text
		FROM pg_class c
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
		ORDER BY c.relname`)
	return slices.DeleteFunc(all, func(table string) bool { return slices.Contains(platformTables, table) })
}

func TestEveryTenantTableIsProtected(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	for _, table := range tenantTables(t, conn) {
		column := "tenant_id"
		if table == "tenants" {
			column = "id"
		}
		policies := collect[string](t, conn, `
			SELECT concat_ws(' | ', p.policyname, p.permissive, p.roles::text, p.cmd, p.qual, p.with_check)
			FROM pg_policies p
			WHERE p.schemaname = 'public' AND p.tablename = $1
			ORDER BY p.policyname`, table)
		rule := `(` + column + ` = current_setting('reserva.tenant'::text, true))`
		want := []string{
			`platform | PERMISSIVE | {reserva_platform} | ALL | true | true`,
			`tenant | PERMISSIVE | {reserva_app} | ALL | ` + rule + ` | ` + rule,
		}
		if diff := cmp.Diff(want, policies); diff != "" {
			t.Errorf("policies of %s (-want +got); a table is protected by reserva.protect:\n%s", table, diff)
		}
		forced := collect[bool](t, conn, `
			SELECT c.relrowsecurity AND c.relforcerowsecurity
			FROM pg_class c
			WHERE c.oid = format('public.%I', $1::text)::regclass`, table)
		if !forced[0] {
			t.Errorf("row-level security of %s is not enabled and forced", table)
		}
	}
}

func TestPlatformTablesAreClosedToTenants(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	for _, table := range platformTables {
		if table == "users" {
			continue // through its policy, tested with the rows
		}
		privileges := "SELECT, INSERT, UPDATE, DELETE"
		if table == "plan_fees" {
			privileges = "INSERT, UPDATE, DELETE" // what a plan costs is no secret
		}
		granted := collect[bool](t, conn, `SELECT has_table_privilege('reserva_app', $1, $2)`, table, privileges)
		if granted[0] {
			t.Errorf("the application's role may use %s", table)
		}
	}
	truncate := collect[string](t, conn, `
		SELECT c.relname::text
		FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace IN ('public'::regnamespace, 'river'::regnamespace)
			AND (has_table_privilege('reserva_app', c.oid, 'TRUNCATE, TRIGGER, REFERENCES')
				OR has_table_privilege('reserva_platform', c.oid, 'TRUNCATE, TRIGGER, REFERENCES'))`)
	if len(truncate) != 0 {
		t.Errorf("row-level security does not hold against TRUNCATE, and it is granted on %v", truncate)
	}
}

func TestRolesHaveNoPowers(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	powers := collect[bool](t, conn, `
		SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin
		FROM pg_roles
		WHERE rolname IN ('reserva_app', 'reserva_platform')`)
	if diff := cmp.Diff([]bool{false, false}, powers); diff != "" {
		t.Error(diff)
	}
	owned := collect[string](t, conn, `
		SELECT c.relname::text
		FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner
		WHERE r.rolname IN ('reserva_app', 'reserva_platform')`)
	if len(owned) != 0 {
		t.Errorf("the roles of transactions own %v", owned)
	}
}

// Foreign keys see through row-level security, so the key itself names the tenant.
func TestKeysCarryTheTenant(t *testing.T) {
	t.Parallel()
	conn := testkit.Superuser(t)
	crossing := collect[string](t, conn, `
		SELECT con.conrelid::regclass || '.' || con.conname
		FROM pg_constraint con
		WHERE con.contype = 'f' AND con.connamespace = 'public'::regnamespace
			AND con.confrelid NOT IN ('tenants'::regclass, 'users'::regclass)
			AND NOT EXISTS (
				SELECT 1
				FROM unnest(con.conkey, con.confkey) AS k (mine, theirs)
				JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.mine AND a.attname = 'tenant_id'
				JOIN pg_attribute b ON b.attrelid = con.confrelid AND b.attnum = k.theirs AND b.attname = 'tenant_id')`)
	if len(crossing) != 0 {
		t.Errorf("foreign keys that can cross tenants: %v", crossing)
	}
	unheld := collect[string](t, conn, `
		SELECT c.relname::text
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT IN ('idempotency_keys', 'messages')
			AND NOT EXISTS (
				SELECT 1 FROM pg_constraint con
				WHERE con.conrelid = c.oid AND con.contype = 'f' AND a.attnum = ANY (con.conkey))`)
	if len(unheld) != 0 {
		t.Errorf("tables whose tenant need not exist: %v", unheld)
	}
	global := collect[string](t, conn, `
		SELECT i.indexrelid::regclass::text
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> 'goose_db_version'
			AND (i.indisunique OR i.indisexclusion)
			AND NOT EXISTS (
				SELECT 1 FROM pg_attribute a
				WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnum = ANY (i.indkey::int2[]))`)
	slices.Sort(global)
	want := slices.Sorted(slices.Values(globalConstraints))
	if diff := cmp.Diff(want, global); diff != "" {
		t.Errorf("constraints that lack the tenant (-listed +found):\n%s", diff)
	}
	unled := collect[string](t, conn, `
		SELECT con.conname::text
		FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attname = 'tenant_id'
		WHERE con.contype = 'p' AND con.connamespace = 'public'::regnamespace AND con.conkey[1] <> a.attnum`)
	unled = slices.DeleteFunc(unled, func(name string) bool { return slices.Contains(globalConstraints, name) })
	if len(unled) != 0 {
		t.Errorf("primary keys that do not lead with the tenant: %v", unled)
	}
}

// Under a policy only leak-proof operators can use an index, and those of enums and
// numerics are not; and a wall-clock timestamp says nothing without its zone.
func TestColumnTypes(t *testing.T) {
	t.Parallel()
	wrong := collect[string](t, testkit.Superuser(t), `
		SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
			AND c.relname <> 'goose_db_version'
			AND (t.typtype = 'e' OR t.typname IN ('numeric', 'float4', 'float8', 'money', 'timestamp', 'time', 'timetz', 'varchar', 'bpchar'))`)
	if len(wrong) != 0 {
		t.Errorf("columns of a type that is not used here: %s", strings.Join(wrong, ", "))
	}
}
