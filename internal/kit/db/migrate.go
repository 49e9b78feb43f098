package db

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// RiverSchema is where the job queue's tables live.
const RiverSchema = "river"

// Migrate brings the database at url to the newest schema. Several servers may
// call it at once: an advisory lock lets one of them do the work.
func Migrate(ctx context.Context, url string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("database address: %w", err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer pool.Close()

	conn, err := pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("reach database: %w", err)
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return fmt.Errorf("lock for migration: %w", err)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
	}()

	if err := migrateProduct(ctx, pool); err != nil {
		return err
	}
	return migrateJobs(ctx, pool)
}

const migrationLock = 7238164502

func migrateProduct(ctx context.Context, pool *pgxpool.Pool) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	sqlDB := stdlib.OpenDBFromPool(pool)
	defer sqlDB.Close()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, sqlDB, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// migrateJobs brings the queue to its newest schema and puts its job table under
// row-level security by the tenant in the arguments. The workers fetch as the
// role that connects.
func migrateJobs(ctx context.Context, pool *pgxpool.Pool) error {
	if _, err := pool.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS river`); err != nil {
		return fmt.Errorf("create job schema: %w", err)
	}
	migrator, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Schema: RiverSchema})
	if err != nil {
		return fmt.Errorf("read job migrations: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, protectJobsSQL, pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			return fmt.Errorf("protect jobs: %w", err)
		}
		return nil
	})
}

// The two GIN indexes serve searches that nothing here makes, and would cost every
// transaction that adds a job.
const protectJobsSQL = `
	DROP INDEX IF EXISTS river.river_job_args_index;
	DROP INDEX IF EXISTS river.river_job_metadata_index;
	ALTER TABLE river.river_job ENABLE ROW LEVEL SECURITY;
	ALTER TABLE river.river_job FORCE ROW LEVEL SECURITY;
	DROP POLICY IF EXISTS tenant ON river.river_job;
	DROP POLICY IF EXISTS platform ON river.river_job;
	DROP POLICY IF EXISTS worker ON river.river_job;
	CREATE POLICY tenant ON river.river_job TO reserva_app
		USING (args ->> 'tenant' = current_setting('reserva.tenant', true))
		WITH CHECK (args ->> 'tenant' = current_setting('reserva.tenant', true));
	CREATE POLICY platform ON river.river_job TO reserva_platform USING (true) WITH CHECK (true);
	CREATE POLICY worker ON river.river_job TO CURRENT_USER USING (true) WITH CHECK (true);
	GRANT USAGE ON SCHEMA river TO reserva_app, reserva_platform;
	GRANT SELECT, INSERT ON river.river_job TO reserva_app, reserva_platform;
	GRANT USAGE ON SEQUENCE river.river_job_id_seq TO reserva_app, reserva_platform;`

// MigrationsHash names the newest schema: it changes with any migration, so that
// a prepared copy of a migrated database can be recognised.
func MigrationsHash() (string, error) {
	hash := sha256.New()
	fmt.Fprint(hash, protectJobsSQL)
	err := fs.WalkDir(migrations, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := migrations.ReadFile(path)
		fmt.Fprintf(hash, "%s %d\n", path, len(content))
		hash.Write(content)
		return err
	})
	return hex.EncodeToString(hash.Sum(nil))[:16], err
}

// Pending tells how many migrations the database lacks; readiness wants none.
func (d *DB) Pending(ctx context.Context) (int, error) {
	var applied int
	err := d.pool.QueryRow(ctx, `SELECT count(*) FROM goose_db_version WHERE is_applied AND version_id > 0`).Scan(&applied)
	if err != nil {
		return 0, err
	}
	entries, err := migrations.ReadDir("migrations")
	if err != nil {
		return 0, err
	}
	return max(0, len(entries)-applied), nil
}
