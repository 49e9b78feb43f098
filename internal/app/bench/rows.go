package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// rows are to be copied into a table.
type rows struct {
	table   string
	columns string // separated by spaces
	values  [][]any
}

// copyAll copies them in their order, so that what is referred to comes first.
func copyAll(ctx context.Context, db *pgxpool.Pool, tables ...rows) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		for _, t := range tables {
			if _, err := tx.CopyFrom(ctx, pgx.Identifier{t.table}, strings.Fields(t.columns), pgx.CopyFromRows(t.values)); err != nil {
				return fmt.Errorf("copy into %s: %w", t.table, err)
			}
		}
		return nil
	})
}

const tablesSQL = `
	SELECT n.nspname, c.relname
	FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relkind = 'r' AND n.nspname = 'public' AND c.relname NOT IN ('audit_unsealed', 'audit_seals', 'audit_heads')
	ORDER BY c.relname`

// countRows counts every table, and the jobs of events; timed work comes and goes. The
// audit log's entries are sealed meanwhile: what waits and what is sealed count together.
func countRows(ctx context.Context, db *pgxpool.Pool) (map[string]int64, error) {
	found, err := db.Query(ctx, tablesSQL)
	if err != nil {
		return nil, err
	}
	batch := &pgx.Batch{}
	counts := map[string]int64{}
	count := func(name, sql string) {
		batch.Queue(sql).QueryRow(func(row pgx.Row) error {
			var n int64
			err := row.Scan(&n)
			counts[name] = n
			return err
		})
	}
	count("jobs", `SELECT count(*) FROM river.river_job WHERE kind = 'event'`)
	count("audit_sealing", `SELECT (SELECT count(*) FROM audit_unsealed) + (SELECT count(*) FROM audit_seals)`)
	var schema, table string
	_, err = pgx.ForEachRow(found, []any{&schema, &table}, func() error {
		count(table, "SELECT count(*) FROM "+pgx.Identifier{schema, table}.Sanitize())
		return nil
	})
	if err != nil {
		return nil, err
	}
	return counts, db.SendBatch(ctx, batch).Close()
}

// grown is by how many rows each table grew, without those that did not.
func grown(before, after map[string]int64) map[string]int64 {
	more := map[string]int64{}
	for table, n := range after {
		if n != before[table] {
			more[table] = n - before[table]
		}
	}
	return more
}
