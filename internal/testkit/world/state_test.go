package world_test

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/id"
	"reserva/internal/testkit"
)

// keepsCount are the tables in which a refusal does leave something.
var keepsCount = []string{
	"signin_failures", // counts attempts by typed address: that a wrong password leaves a trace is its purpose
}

// state is the number of rows of each table, and a sum over all that they hold.
type state map[string]string

// ledger reads the state of a World's whole database, the job queue included.
type ledger struct {
	*testkit.World
	statement string
}

func newLedger(w *testkit.World) ledger {
	w.Helper()
	rows, err := w.DB.Pool().Query(w.Context(), `
		SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND (n.nspname = 'public' OR n.nspname = 'river' AND c.relname = 'river_job')
			AND c.relname <> ALL ($1)`, keepsCount)
	if err != nil {
		w.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 30 {
		w.Fatalf("tables of the database: %v, %v", tables, err)
	}
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf(`SELECT '%s', count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM %s t`, table, table)
	}
	return ledger{World: w, statement: strings.Join(parts, " UNION ALL ")}
}

func (l ledger) read() state {
	l.Helper()
	rows, err := l.DB.Pool().Query(l.Context(), l.statement)
	if err != nil {
		l.Fatal(err)
	}
	defer rows.Close()
	now := state{}
	for rows.Next() {
		var table, sum string
		if err := rows.Scan(&table, &sum); err != nil {
			l.Fatal(err)
		}
		now[table] = sum
	}
	if err := rows.Err(); err != nil {
		l.Fatal(err)
	}
	return now
}

// changed names the tables that are not as they were.
func (s state) changed(before state) (tables []string) {
	for table, sum := range s {
		if before[table] != sum {
			tables = append(tables, table+": "+before[table]+", then "+sum)
		}
	}
	return tables
}

// newLedgerOf reads the state of one tenant's rows alone.
func newLedgerOf(w *testkit.World, tenant id.ID) ledger {
	w.Helper()
	rows, err := w.DB.Pool().Query(w.Context(), `
		SELECT quote_ident(c.relname)
		FROM pg_class c
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`)
	if err != nil {
		w.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 20 {
		w.Fatalf("tables of tenants: %v, %v", tables, err)
	}
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf(`SELECT '%s', count(*) || ' rows, sum ' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM public.%s t WHERE tenant_id = '%s'`,
			table, table, tenant)
	}
	return ledger{World: w, statement: strings.Join(parts, " UNION ALL ")}
}
