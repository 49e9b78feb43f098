package db

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/kit/id"
)

// DB is a pool of connections to one database.
type DB struct {
	pool *pgxpool.Pool
	now  func() time.Time
	log  *slog.Logger
	subs map[string][]string
	// onDemand has the subscribers that get jobs only of tenants that listen.
	onDemand map[string]bool
	seen     func(statements []string)
}

// Options say where the database is and how to use it.
type Options struct {
	// URL is a PostgreSQL connection string.
	URL string
	// MaxConns bounds the pool; 0 means 16.
	MaxConns int32
	// Now is the product's clock; nil means time.Now. Tests set it.
	Now func() time.Time
	// Log receives what Platform is used for, at debug level.
	Log *slog.Logger
	// Subscribers names, for each event, who gets a job for it.
	Subscribers map[string][]string
	// OnDemand names those of them that get jobs only of tenants that listen.
	OnDemand map[string]bool
	// OnBatch, where set, is shown the statements of each round trip. Tests compare by
	// it how much work an answer took.
	OnBatch func(statements []string)
}

// Open connects. It does not migrate.
func Open(ctx context.Context, o Options) (*DB, error) {
	config, err := pgxpool.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	config.MaxConns = 16
	if o.MaxConns > 0 {
		config.MaxConns = o.MaxConns
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["application_name"] = "reserva"
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	d := &DB{pool: pool, now: o.Now, log: o.Log, subs: o.Subscribers, onDemand: o.OnDemand, seen: o.OnBatch}
	if d.now == nil {
		d.now = time.Now
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	return d, nil
}

// Close waits for running transactions and closes the connections.
func (d *DB) Close() { d.pool.Close() }

// Pool is for the job runner, which brings its own statements.
func (d *DB) Pool() *pgxpool.Pool { return d.pool }

// Now is the product's clock, in UTC with the microseconds that the database keeps.
func (d *DB) Now() time.Time { return d.now().UTC().Truncate(time.Microsecond) }

// Ping asks the database for an answer.
func (d *DB) Ping(ctx context.Context) error { return d.pool.Ping(ctx) }

// Roles of transactions.
const (
	roleApp      = "reserva_app"
	rolePlatform = "reserva_platform"
)

// View runs fn for reading as tenant. Each batch that it flushes sees the newest
// committed rows; nothing can be written.
func (d *DB) View(ctx context.Context, tenant id.ID, fn func(tx *Tx) error) error {
	return d.once(ctx, &Tx{db: d, role: roleApp, tenant: tenant, readOnly: true, now: d.Now()}, fn)
}

// Update runs fn in a transaction of tenant and commits if it returns nil.
func (d *DB) Update(ctx context.Context, tenant id.ID, fn func(tx *Tx) error) error {
	return d.retry(ctx, roleApp, tenant, fn)
}

// PlatformView reads across tenants. The reason is logged.
func (d *DB) PlatformView(ctx context.Context, reason string, fn func(tx *Tx) error) error {
	d.log.DebugContext(ctx, "platform transaction", "reason", reason)
	return d.once(ctx, &Tx{db: d, role: rolePlatform, readOnly: true, now: d.Now()}, fn)
}

// Platform runs fn in a transaction over all tenants and commits if it returns
// nil. The reason is logged.
func (d *DB) Platform(ctx context.Context, reason string, fn func(tx *Tx) error) error {
	d.log.DebugContext(ctx, "platform transaction", "reason", reason)
	return d.retry(ctx, rolePlatform, "", fn)
}

const maxAttempts = 8

func (d *DB) retry(ctx context.Context, role string, tenant id.ID, fn func(tx *Tx) error) error {
	for attempt := 1; ; attempt++ {
		err := d.once(ctx, &Tx{db: d, role: role, tenant: tenant, now: d.Now()}, fn)
		if err == nil || attempt == maxAttempts || !retryable(err) {
			return err
		}
		pause := time.Duration(attempt) * time.Duration(1+rand.IntN(8)) * time.Millisecond
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

func (d *DB) once(ctx context.Context, tx *Tx, fn func(tx *Tx) error) (err error) {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire connection: %w", err)
	}
	tx.conn = conn
	tx.claim = claimFrom(ctx)
	defer func() {
		panicked := recover()
		if err != nil || panicked != nil {
			tx.rollback(ctx)
		}
		tx.closed = true
		conn.Release()
		if panicked != nil {
			panic(panicked)
		}
	}()
	if err := fn(tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	return tx.commit(ctx)
}

// rollback gives the connection back in a clean state; a connection that does not
// answer is closed, and the pool replaces it.
func (tx *Tx) rollback(ctx context.Context) {
	if !tx.begun || tx.conn.Conn().IsClosed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, err := tx.conn.Exec(ctx, "rollback", pgx.QueryExecModeExec); err != nil {
		_ = tx.conn.Conn().Close(ctx)
	}
}

// ErrClosed is what a transaction answers after its function has returned.
var ErrClosed = errors.New("db: transaction used after its end")
