package bench

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// indexes are those of some tables, with the constraints that need them and the
// triggers that would search them, while they are not there.
type indexes struct{ make []string }

// filled are the tables that hold a diary.
var filled = []string{"appointments", "sessions", "occupancies", "appointment_lines"}

// dropIndexes takes the indexes, constraints and triggers off the tables, so
// that rows are copied faster.
func dropIndexes(ctx context.Context, db *pgxpool.Pool) (*indexes, error) {
	// Foreign keys need the unique ones, so they go first and come last. What exists
	// already is not checked anew: nothing else could have been copied.
	found, err := db.Query(ctx, `
		SELECT drop, make
		FROM (
			SELECT 1 AS n, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
				format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
			FROM pg_constraint
			WHERE contype = 'f' AND (conrelid = ANY ($1::regclass[]) OR confrelid = ANY ($1::regclass[]))
			UNION ALL
			SELECT 0, format('ALTER TABLE %s DISABLE TRIGGER USER', name), format('ALTER TABLE %s ENABLE TRIGGER USER', name)
			FROM unnest($1::regclass[]) AS name
			UNION ALL
			SELECT 2, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
				format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
			FROM pg_constraint
			WHERE contype IN ('p', 'u', 'x') AND conrelid = ANY ($1::regclass[])
			UNION ALL
			SELECT 3, format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
			FROM pg_index
			WHERE indrelid = ANY ($1::regclass[]) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
		) AS found
		ORDER BY n, drop`, filled)
	if err != nil {
		return nil, err
	}
	out, batch := &indexes{}, &pgx.Batch{}
	var drop, again string
	if _, err := pgx.ForEachRow(found, []any{&drop, &again}, func() error {
		batch.Queue(drop)
		out.make = append(out.make, again)
		return nil
	}); err != nil {
		return nil, err
	}
	return out, db.SendBatch(ctx, batch).Close()
}

// restore makes them again, the last first.
func (i *indexes) restore(ctx context.Context, db *pgxpool.Pool) error {
	return pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "SET LOCAL maintenance_work_mem = '1GB'"); err != nil {
			return err
		}
		for n := len(i.make) - 1; n >= 0; n-- {
			if _, err := tx.Exec(ctx, i.make[n]); err != nil {
				return err
			}
		}
		return nil
	})
}
