package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"reserva/internal/kit/db"
)

// Runner works the queue of one database.
type Runner struct {
	client *river.Client[pgx.Tx]
}

// Options of a Runner.
type Options struct {
	DB  *db.DB
	Log *slog.Logger
	// Workers is how many jobs run at once; 0 means 4.
	Workers int
	// Poll is how often the queue is asked; 0 means 200 ms. Polling rather than
	// NOTIFY keeps commits from waiting for one another.
	Poll time.Duration
	// Timeout bounds one job; 0 means one minute. A job of a server that died is
	// taken over one and a half times that later.
	Timeout time.Duration
}

// NewRunner prepares to work the queue with what the registry holds.
func NewRunner(r *Registry, o Options) (*Runner, error) {
	if o.Workers == 0 {
		o.Workers = 4
	}
	if o.Poll == 0 {
		o.Poll = 200 * time.Millisecond
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &eventWorker{registry: r, log: o.Log})
	river.AddWorker(workers, &tickWorker{registry: r})

	ticks := make([]*river.PeriodicJob, 0, len(r.periodic))
	for _, p := range r.periodic {
		ticks = append(ticks, river.NewPeriodicJob(
			river.PeriodicInterval(p.every),
			func() (river.JobArgs, *river.InsertOpts) {
				return tick{Name: p.name}, &river.InsertOpts{MaxAttempts: 1}
			},
			&river.PeriodicJobOpts{ID: p.name, RunOnStart: true},
		))
	}
	client, err := river.NewClient(riverpgxv5.New(o.DB.Pool()), &river.Config{
		Schema: db.RiverSchema,
		Queues: map[string]river.QueueConfig{
			db.DefaultQueue: {MaxWorkers: o.Workers},
			// They wait for others nearly all the time, without a connection.
			db.OutboundQueue: {MaxWorkers: 2 * o.Workers},
		},
		Workers:              workers,
		PeriodicJobs:         ticks,
		PollOnly:             true,
		FetchCooldown:        min(o.Poll, 20*time.Millisecond), // binds only while there is more than Workers can take
		FetchPollInterval:    o.Poll,
		JobTimeout:           o.Timeout,
		RescueStuckJobsAfter: o.Timeout * 3 / 2,
		// Jobs that are done tell nothing that the tables do not; the queue stays small.
		CompletedJobRetentionPeriod: time.Hour,
		Logger:                      quiet(o.Log),
	})
	if err != nil {
		return nil, fmt.Errorf("build job runner: %w", err)
	}
	return &Runner{client: client}, nil
}

// Start begins to work; ctx ends only its start.
func (r *Runner) Start(ctx context.Context) error {
	return r.client.Start(context.WithoutCancel(ctx))
}

// Stop waits for running jobs until ctx ends, then hands the rest back to the queue.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		cancelCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return r.client.StopAndCancel(cancelCtx)
	}
	return err
}

// HandBack makes jobs runnable that a killed server left running. It is right only
// where no other server can be working, as on a private PostgreSQL just started.
func HandBack(ctx context.Context, d *db.DB) error {
	_, err := d.Pool().Exec(ctx, `
		UPDATE river.river_job
		SET state = 'available', scheduled_at = now(), attempted_by = NULL
		WHERE state = 'running'`)
	return err
}

// Depth counts jobs that wait, by state.
func Depth(ctx context.Context, d *db.DB) (map[string]int64, error) {
	rows, err := d.Pool().Query(ctx, `
		SELECT state::text, count(*)
		FROM river.river_job
		WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'discarded')
		GROUP BY state`)
	if err != nil {
		return nil, err
	}
	depth := map[string]int64{}
	var state string
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&state, &n}, func() error { depth[state] = n; return nil })
	return depth, err
}

// Overdue tells for how long the job that is due the longest has been waiting, in the
// database's time; nothing where none waits.
func Overdue(ctx context.Context, d *db.DB) (time.Duration, error) {
	var seconds float64
	err := d.Pool().QueryRow(ctx, `
		SELECT coalesce(extract(epoch FROM now() - min(scheduled_at)), 0)::float8
		FROM river.river_job
		WHERE state IN ('available', 'retryable', 'scheduled') AND scheduled_at <= now()`).Scan(&seconds)
	return time.Duration(seconds * float64(time.Second)), err
}

type eventWorker struct {
	river.WorkerDefaults[args]
	registry *Registry
	log      *slog.Logger
}

func (w *eventWorker) Work(ctx context.Context, job *river.Job[args]) error {
	a := job.Args
	err := w.registry.Run(ctx, a.Tenant, a.Event, a.Subscriber, a.Data)
	if err != nil && w.log != nil {
		w.log.WarnContext(ctx, "job failed", "event", a.Event, "subscriber", a.Subscriber, "attempt", job.Attempt, "error", err)
	}
	return err
}

// tick is one beat of interval work. It belongs to no tenant.
type tick struct {
	Name string `json:"name"`
}

func (tick) Kind() string { return "tick" }

type tickWorker struct {
	river.WorkerDefaults[tick]
	registry *Registry
}

func (w *tickWorker) Work(ctx context.Context, job *river.Job[tick]) error {
	return w.registry.RunPeriodic(ctx, job.Args.Name)
}

// quiet keeps River's routine lines out of the log.
func quiet(log *slog.Logger) *slog.Logger {
	if log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(warnings{log.Handler()})
}

type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// Handle leaves out what ended because the server is stopping.
func (w warnings) Handle(ctx context.Context, r slog.Record) error {
	stopping := false
	r.Attrs(func(a slog.Attr) bool {
		text := a.Value.String()
		stopping = stopping || strings.HasSuffix(text, context.Canceled.Error())
		return !stopping
	})
	if stopping {
		return nil
	}
	return w.Handler.Handle(ctx, r)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
