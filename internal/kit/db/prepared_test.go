package db_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"reserva/internal/kit/db"
	"reserva/internal/testkit"
)

// Every statement in the source is prepared against the migrated schema and
// planned in a role that may run it, and its arguments and columns are counted.
func TestEveryStatement(t *testing.T) {
	t.Parallel()
	all := statements(t)
	if len(all) < 5 {
		t.Fatalf("found only %d statements; they are looked for in the wrong way", len(all))
	}
	conn := testkit.Superuser(t)
	for i, st := range all {
		if err := check(t.Context(), conn, fmt.Sprintf("statement_%d", i), st); err != nil {
			t.Errorf("%s: %s: %v\n%s", st.at, st.call, err, strings.TrimSpace(st.sql))
		}
	}
}

var placeholder = regexp.MustCompile(`\$(\d+)`)

func check(ctx context.Context, conn *pgx.Conn, name string, st statement) error {
	sql := st.sql
	highest := 0
	for _, match := range placeholder.FindAllStringSubmatch(sql, -1) {
		n, _ := strconv.Atoi(match[1])
		highest = max(highest, n)
	}
	if st.call == "Expect" {
		sql = db.Expecting(sql, highest)
	}
	prepared, err := conn.Prepare(ctx, name, sql)
	if err != nil {
		return err
	}
	if st.args >= 0 && st.args != highest {
		return fmt.Errorf("%d arguments for %d placeholders", st.args, highest)
	}
	if err := checkColumns(st, prepared.Fields); err != nil || st.raw {
		return err
	}
	return plan(ctx, conn, name, prepared)
}

// checkColumns compares what the statement returns with what the Go type reads.
func checkColumns(st statement, fields []pgconn.FieldDescription) error {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	switch {
	case st.single && len(names) != 1:
		return fmt.Errorf("columns %v for a single value", names)
	case st.columns == nil:
		return nil
	}
	for _, wanted := range st.columns {
		if !slices.ContainsFunc(names, func(name string) bool { return sameColumn(name, wanted) }) {
			return fmt.Errorf("no column %s for the struct's field", wanted)
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(st.columns, func(wanted string) bool { return sameColumn(name, wanted) }) {
			return fmt.Errorf("no field for the column %s", name)
		}
	}
	return nil
}

// sameColumn allows for fields without a tag, whose names have no underscores.
func sameColumn(column, wanted string) bool {
	return column == wanted || strings.ReplaceAll(column, "_", "") == wanted
}

// plan asks for the plan, which needs the privileges that a run would need: those
// of the application's role or, for statements across tenants, the platform's.
func plan(ctx context.Context, conn *pgx.Conn, name string, prepared *pgconn.StatementDescription) error {
	nulls := strings.TrimSuffix(strings.Repeat("NULL,", len(prepared.ParamOIDs)), ",")
	explain := `EXPLAIN EXECUTE ` + name
	if nulls != "" {
		explain += `(` + nulls + `)`
	}
	var refused error
	for _, role := range []string{"reserva_app", "reserva_platform"} {
		err := inRole(ctx, conn, role, explain)
		var pg *pgconn.PgError
		if err == nil || !errors.As(err, &pg) || pg.Code != "42501" {
			return err
		}
		refused = errors.Join(refused, fmt.Errorf("as %s: %w", role, err))
	}
	return refused
}

func inRole(ctx context.Context, conn *pgx.Conn, role, sql string) error {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	if _, err := tx.Exec(ctx, `SELECT set_config('role', $1, true)`, role); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, sql)
	return err
}
