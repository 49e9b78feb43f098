package db

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// Row is one row of QueueEach. It is valid until the function returns.
type Row struct{ rows pgx.Rows }

// Scan copies the columns, in order, into what dest points to.
func (r Row) Scan(dest ...any) error { return r.rows.Scan(dest...) }

// Bytes takes the bytes of a text or bytea column as they lie in the driver's memory:
// valid as long as the row.
type Bytes = pgtype.DriverBytes

// QueueEach queues a query and calls each for its rows during Flush. It is for
// reads of many rows, where a struct for each would cost more than the query.
func QueueEach(tx *Tx, each func(Row) error, sql string, args ...any) {
	tx.queue(sql, args).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			if err := each(Row{rows}); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
