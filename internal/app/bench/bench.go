package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"reserva/internal/kit/pgserver"
)

// Options of a run.
type Options struct {
	// Program is the server's binary.
	Program string
	Seed    uint64
	// Dir is where the temporary folder is made; empty is the system's place.
	Dir string
	Log *slog.Logger
	// Only names the steps to measure; empty means all.
	Only []string
}

// How much is measured. The rounds keep what the machine does meanwhile from
// touching only one side of a ratio.
const (
	clients          = 16
	rounds           = 5
	roundTime        = 2 * time.Second
	warmUp           = time.Second
	manyTenants      = 10
	gridRequests     = 1000
	growthRequests   = 100
	calendarRequests = 300
	signIns          = 100
	signInWarmUp     = 4
	idleWait         = 3 * time.Second
	laterStarts      = 3
)

// run is a run under way.
type run struct {
	Options
	server *server
	api    *client
	driver *pgxpool.Pool
	random *rand.Rand
	report Report
}

// Run measures everything. Whatever it made is removed again, also when ctx ends.
func Run(ctx context.Context, o Options) (_ Report, err error) {
	dir, err := os.MkdirTemp(o.Dir, "reserva-bench-")
	if err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// A private PostgreSQL started by root runs as another user.
	if err := os.Chmod(dir, 0o755); err != nil {
		return Report{}, err
	}
	for _, name := range o.Only {
		if !slices.Contains(Steps(), name) {
			return Report{}, fmt.Errorf("there is no %q to measure; there are %s", name, strings.Join(Steps(), ", "))
		}
	}
	r := &run{Options: o, server: newServer(o.Program, dir), random: rand.New(rand.NewPCG(o.Seed, 0))}
	began := time.Now()
	r.report.Seed, r.report.Only = o.Seed, o.Only
	if err := r.starts(ctx); err != nil {
		return Report{}, err
	}
	defer func() { err = errors.Join(err, r.server.stop()) }()
	if r.driver, err = connect(ctx, r.server.data); err != nil {
		return Report{}, err
	}
	defer r.driver.Close()
	if r.report.Machine, err = machine(ctx, r.driver); err != nil {
		return Report{}, err
	}
	r.api = newClient(r.server.url)
	if err := r.measure(ctx); err != nil {
		return Report{}, err
	}
	r.report.TookSeconds = round(time.Since(began).Seconds(), 1)
	return r.report, nil
}

// connect opens as many connections around the product as there are clients.
func connect(ctx context.Context, data string) (*pgxpool.Pool, error) {
	url, err := pgserver.Running(data)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.MaxConns, config.MinConns = clients, clients
	return pgxpool.NewWithConfig(ctx, config)
}

// starts measures the first start on an empty folder, the later ones, and what an
// idle server needs. The server runs on.
func (r *run) starts(ctx context.Context) error {
	first, err := r.server.start(ctx)
	if err != nil {
		return err
	}
	later := make([]time.Duration, laterStarts)
	for i := range later {
		if err := r.server.stop(); err != nil {
			return err
		}
		if later[i], err = r.server.start(ctx); err != nil {
			return err
		}
	}
	r.report.Start = Start{FirstMS: milliseconds(first), LaterMS: milliseconds(percentile(later, 50))}
	if err := sleep(ctx, idleWait); err != nil {
		return errors.Join(err, r.server.stop())
	}
	resident, err := r.server.resident(ctx)
	if err != nil {
		return errors.Join(err, r.server.stop())
	}
	r.report.Idle.ResidentMiB = round(float64(resident)/(1<<20), 1)
	return nil
}

func (r *run) measure(ctx context.Context) error {
	r.Log.Info("loading")
	grid, err := r.loadGridSalon(ctx, gridStaff)
	if err != nil {
		return fmt.Errorf("load the salon of the grid: %w", err)
	}
	one, err := r.loadSalons(ctx, 1, 50)
	if err != nil {
		return fmt.Errorf("load a salon: %w", err)
	}
	ten, err := r.loadSalons(ctx, manyTenants, 10)
	if err != nil {
		return fmt.Errorf("load salons: %w", err)
	}
	week, err := r.loadSaturdays(ctx)
	if err != nil {
		return fmt.Errorf("load the salon of the Saturdays: %w", err)
	}
	popular, err := r.loadPopular(ctx)
	if err != nil {
		return fmt.Errorf("load the salon of the popular hour: %w", err)
	}
	till, err := r.loadCallbacks(ctx)
	if err != nil {
		return fmt.Errorf("load the salon of the callbacks: %w", err)
	}
	if _, err := r.driver.Exec(ctx, "VACUUM ANALYZE"); err != nil {
		return err
	}
	for _, step := range r.steps(loaded{grid: grid, one: one, ten: ten, week: week, popular: popular, till: till}) {
		if len(r.Only) > 0 && !slices.Contains(r.Only, step.name) {
			continue
		}
		r.Log.Info("measuring " + step.name)
		if err := step.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
