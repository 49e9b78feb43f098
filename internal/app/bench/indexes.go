package bench

import (
	"context"
	"runtime"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"
)

// indexes are those of some tables, with the constraints that need them and the
// triggers that would search them, while they are not there.
type indexes struct {
	make map[string][]string // by table, in the order in which they were dropped
	last []string            // what concerns several tables, or needs the indexes
}

// filled are the tables that hold a diary, the one first whose indexes take longest.
var filled = []string{"occupancies", "appointment_lines", "appointments", "sessions"}

// dropIndexes takes the indexes, constraints and triggers off the tables, so
// that rows are copied faster.
func dropIndexes(ctx context.Context, db *pgxpool.Pool) (*indexes, error) {
	// Foreign keys need the unique ones, so they go first and come last. What exists
	// already is not checked anew: nothing else could have been copied.
	found, err := db.Query(ctx, `
		SELECT coalesce(alone::text, ''), drop, make
		FROM (
			SELECT 1 AS n, NULL::regclass AS alone, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
				format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
			FROM pg_constraint
			WHERE contype = 'f' AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
			UNION ALL
			SELECT 0, NULL, format('ALTER TABLE %s DISABLE TRIGGER USER', name), format('ALTER TABLE %s ENABLE TRIGGER USER', name)
			FROM unnest($1::regclass[]) AS name
			UNION ALL
			SELECT 2, conrelid::regclass, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
				format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
			FROM pg_constraint
			WHERE contype IN ('p', 'u', 'x') AND conrelid = ANY ($1::regclass[])
			UNION ALL
			SELECT 3, indrelid::regclass, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
			FROM pg_index
			WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
		) AS found
		ORDER BY n, drop`, filled)
	if err != nil {
		return nil, err
	}
	out, batch := &indexes{make: map[string][]string{}}, &pgx.Batch{}
	var table, drop, again string
	if _, err := pgx.ForEachRow(found, []any{&table, &drop, &again}, func() error {
		batch.Queue(drop)
		if table == "" {
			out.last = append(out.last, again)
		} else {
			out.make[table] = append(out.make[table], again)
		}
		return nil
	}); err != nil {
		return nil, err
	}
	return out, db.SendBatch(ctx, batch).Close()
}

// restore makes them again, the last first; those of as many tables side by side as there
// are processors, since making one keeps one busy.
func (i *indexes) restore(ctx context.Context, db *pgxpool.Pool) error {
	tables, making := errgroup.WithContext(ctx)
	tables.SetLimit(runtime.NumCPU())
	for _, table := range filled {
		tables.Go(func() error { return backwards(making, db, i.make[table]) })
	}
	if err := tables.Wait(); err != nil {
		return err
	}
	return backwards(ctx, db, i.last)
}

func backwards(ctx context.Context, db *pgxpool.Pool, statements []string) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		settings := "SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL max_parallel_maintenance_workers = 0"
		if _, err := tx.Exec(ctx, settings); err != nil {
			return err
		}
		for _, statement := range slices.Backward(statements) {
			if _, err := tx.Exec(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	})
}
