package db

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/kit/id"
)

// Tx is a transaction of one tenant. It cannot begin another. It is not safe for
// concurrent use.
type Tx struct {
	db       *DB
	conn     *pgxpool.Conn
	role     string
	tenant   id.ID
	now      time.Time
	readOnly bool
	// planOnce: statements are planned once for all values.
	planOnce bool
	// shared is what the transaction holds against Alone.
	shared string

	batch  *pgx.Batch
	begun  bool
	closed bool
	failed error
	jobs   []Job
	claim  *Claim
	// claimed: the claim is in this transaction, and counts once it commits.
	claimed bool
}

// Now is the one time of the transaction: every row of it carries the same.
func (tx *Tx) Now() time.Time { return tx.now }

// Tenant is the tenant of the transaction, empty on the platform.
func (tx *Tx) Tenant() id.ID { return tx.tenant }

// PlanOnce has the statements that follow planned once for whatever values they will
// have, as long as a connection lasts, rather than anew for those of each time. It pays
// where a statement joins much to find a few rows: PostgreSQL, which compares only what
// the plans would cost to run, plans such a one each time, and that takes longer than
// running it.
func (tx *Tx) PlanOnce() {
	if tx.planOnce {
		return
	}
	tx.planOnce = true
	if tx.batch != nil || tx.begun {
		tx.Exec(planOnceSQL)
	}
}

// Share has the transaction hold what a name stands for within the tenant, together with
// all others that share it, until it ends: whoever wants it Alone waits. It is asked for
// before the first statement, so that it cannot wait for somebody who waits for it, and
// costs nothing of its own there.
func (tx *Tx) Share(name string) {
	if tx.batch != nil || tx.begun || tx.readOnly {
		panic("db: Share comes first, in a transaction that writes")
	}
	tx.shared = lockName(tx.tenant, name)
}

// Alone queues the wait for all who hold the name within the tenant, or on the platform,
// and keeps others from it until the transaction ends. No row may be locked before it that those who share
// would wait for.
func (tx *Tx) Alone(name string) {
	tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, lockName(tx.tenant, name))
}

func lockName(tenant id.ID, name string) string { return name + " of " + string(tenant) }

// Result is the answer of QueueOne once Flush returned nil.
type Result[T any] struct {
	Value T
	Found bool
}

// Results is the answer of QueueAll once Flush returned nil.
type Results[T any] struct{ Rows []T }

// QueueOne queues a query for at most one row. T is a struct whose `db` tags name
// all the columns, or a single column's type.
func QueueOne[T any](tx *Tx, sql string, args ...any) *Result[T] {
	out := &Result[T]{}
	scan := scanner[T]()
	tx.queue(sql, args).Query(func(rows pgx.Rows) error {
		value, err := pgx.CollectOneRow(rows, scan)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		out.Value, out.Found = value, true
		return nil
	})
	return out
}

// QueueAll queues a query for any number of rows. Rows is never nil after Flush.
func QueueAll[T any](tx *Tx, sql string, args ...any) *Results[T] {
	out := &Results[T]{Rows: []T{}}
	scan := scanner[T]()
	tx.queue(sql, args).Query(func(rows pgx.Rows) error {
		values, err := pgx.AppendRows(out.Rows, rows, scan)
		if err != nil {
			return err
		}
		out.Rows = values
		return nil
	})
	return out
}

// One sends what is queued and this query, and returns its row or ErrNotFound.
func One[T any](ctx context.Context, tx *Tx, sql string, args ...any) (T, error) {
	result := QueueOne[T](tx, sql, args...)
	if err := tx.Flush(ctx); err != nil {
		return result.Value, err
	}
	if !result.Found {
		return result.Value, ErrNotFound
	}
	return result.Value, nil
}

// All sends what is queued and this query, and returns its rows, never nil.
func All[T any](ctx context.Context, tx *Tx, sql string, args ...any) ([]T, error) {
	results := QueueAll[T](tx, sql, args...)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	return results.Rows, nil
}

// Exec queues a write whose count does not matter, or cannot be wrong.
func (tx *Tx) Exec(sql string, args ...any) { tx.queue(sql, args) }

// ExecNow sends what is queued and this write, and returns how many rows it changed.
func (tx *Tx) ExecNow(ctx context.Context, sql string, args ...any) (int64, error) {
	var changed int64
	rows := tx.queue(sql, args)
	rows.Query(func(r pgx.Rows) error {
		r.Close()
		changed = r.CommandTag().RowsAffected()
		return r.Err()
	})
	err := tx.Flush(ctx)
	return changed, err
}

// Expect queues a write and a check in the database that it changed exactly n
// rows; otherwise the transaction fails with Conflict{Constraint: name}. The
// statement must end in a RETURNING clause.
func (tx *Tx) Expect(n int64, name, sql string, args ...any) {
	tx.queue(expecting(sql, len(args)), append(append(make([]any, 0, len(args)+2), args...), n, name))
}

func (tx *Tx) queue(sql string, args []any) *pgx.QueuedQuery {
	if tx.closed {
		panic(ErrClosed)
	}
	if tx.batch == nil {
		tx.open()
	}
	return tx.batch.Queue(sql, args...)
}

const (
	beginSQL = `begin`
	// A pooled connection keeps its prepared statements; the settings end with the
	// transaction.
	enterSQL     = `SELECT set_config('role', $1, true), set_config('reserva.tenant', $2, true)`
	enterReadSQL = enterSQL + `, set_config('transaction_read_only', 'on', true)`
	onceSQL      = `set_config('plan_cache_mode', 'force_generic_plan', true)`
	planOnceSQL  = `SELECT ` + onceSQL
	sharedSQL    = `, pg_advisory_xact_lock_shared(hashtextextended($3, 0))`
)

// open starts a batch with what has to precede its statements.
func (tx *Tx) open() {
	tx.batch = &pgx.Batch{}
	switch {
	case tx.readOnly:
		tx.batch.Queue(enterReadSQL, tx.role, string(tx.tenant))
		if tx.planOnce {
			tx.batch.Queue(planOnceSQL)
		}
	case !tx.begun:
		enter, args := enterSQL, []any{tx.role, string(tx.tenant)}
		if tx.planOnce {
			enter += `, ` + onceSQL
		}
		if tx.shared != "" {
			enter, args = enter+sharedSQL, append(args, tx.shared)
		}
		tx.batch.Queue(beginSQL)
		tx.batch.Queue(enter, args...)
		tx.queueClaim()
	}
}

// Flush sends what is queued in one round trip. After an error the transaction
// can only end.
func (tx *Tx) Flush(ctx context.Context) error {
	if tx.failed != nil {
		return tx.failed
	}
	if tx.batch == nil {
		return nil
	}
	batch := tx.batch
	tx.batch = nil
	tx.begun = !tx.readOnly
	if tx.db.seen != nil {
		statements := make([]string, len(batch.QueuedQueries))
		for i, query := range batch.QueuedQueries {
			statements[i] = query.SQL
		}
		tx.db.seen(statements)
	}
	if err := tx.conn.SendBatch(ctx, batch).Close(); err != nil {
		tx.failed = translate(err)
		return tx.failed
	}
	return nil
}

// commit sends what is queued, the jobs, and COMMIT, in one round trip.
func (tx *Tx) commit(ctx context.Context) error {
	if tx.readOnly {
		return tx.Flush(ctx)
	}
	tx.queueJobs()
	if tx.batch == nil {
		if !tx.begun {
			return nil
		}
		tx.batch = &pgx.Batch{}
	}
	tx.batch.Queue("commit")
	if err := tx.Flush(ctx); err != nil {
		return err
	}
	tx.begun = false
	if tx.claimed {
		tx.claim.written = true
	}
	return nil
}

// scanner reads a row into T: by column name for structs, else the only column.
func scanner[T any]() pgx.RowToFunc[T] {
	var zero T
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() {
		return pgx.RowTo[T]
	}
	if _, scans := any(&zero).(interface{ Scan(any) error }); scans {
		return pgx.RowTo[T]
	}
	return pgx.RowToStructByName[T]
}
