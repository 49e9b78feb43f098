package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/jobs"
)

// How long things may take. A request ends by its own deadline before these do.
const (
	patience          = 30 * time.Second // for what is under way when the server stops
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	writeTimeout      = 90 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
)

// running is what Start began.
type running struct {
	servers  []*http.Server
	failed   chan error // a server that ended by itself
	runner   *jobs.Runner
	direct   *db.DB // the runner's own connections; nil where it shares
	stopping atomic.Bool
}

// Start begins to answer and to work jobs, and returns.
func (a *App) Start(ctx context.Context) error {
	a.running = &running{failed: make(chan error, 2)}
	if err := a.startJobs(ctx); err != nil {
		return err
	}
	a.serve(a.listener, a.API.Handler())
	if a.metrics != nil {
		a.serve(a.metrics, a.metricsHandler())
	}
	a.Log.InfoContext(ctx, "listening", "address", a.listener.Addr().String(), "url", a.Config.PublicURL)
	return nil
}

func (a *App) serve(at net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(a.Log.Handler(), slog.LevelDebug),
	}
	a.running.servers = append(a.running.servers, server)
	go func() {
		if err := server.Serve(at); !errors.Is(err, http.ErrServerClosed) {
			a.running.failed <- fmt.Errorf("serve %s: %w", at.Addr(), err)
		}
	}()
}

// startJobs works the queue. It needs connections of its own where those of the
// product go through a transaction pooler.
func (a *App) startJobs(ctx context.Context) error {
	if a.options.NoWorkers || a.Config.Workers == 0 {
		return nil
	}
	d := a.DB
	if a.storage.direct != a.storage.url {
		direct, err := db.Open(ctx, db.Options{URL: a.storage.direct, MaxConns: 4, Now: a.Now, Log: a.Log})
		if err != nil {
			return fmt.Errorf("RESERVA_DATABASE_DIRECT_URL: %w", err)
		}
		d, a.running.direct = direct, direct
	}
	runner, err := jobs.NewRunner(a.Jobs, jobs.Options{DB: d, Log: a.Log, Workers: a.Config.Workers})
	if err != nil {
		return err
	}
	if err := runner.Start(ctx); err != nil {
		return fmt.Errorf("start the jobs: %w", err)
	}
	a.running.runner = runner
	return nil
}

// Run answers and works until ctx ends, or something that it needs does, and then
// stops. It calls started once requests are answered.
func (a *App) Run(ctx context.Context, started func()) error {
	err := a.Start(ctx)
	if err == nil {
		started()
		select {
		case <-ctx.Done():
			a.Log.Info("stopping")
		case err = <-a.running.failed:
		case <-a.storage.died():
			err = a.storage.server.Err()
		}
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience+10*time.Second)
	defer cancel()
	return errors.Join(err, a.Stop(stopCtx))
}

// Stop ends everything, the latest first. When ctx ends, what is still under way is
// cut short. It may be called on an App that did not start; a second call does
// nothing.
func (a *App) Stop(ctx context.Context) (err error) {
	a.stop.Do(func() { err = a.end(ctx) })
	return err
}

func (a *App) end(ctx context.Context) error {
	var failures []error
	note := func(what string, err error) {
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", what, err))
		}
	}
	if r := a.running; r != nil {
		r.stopping.Store(true)
		note("finish requests", r.finishRequests(ctx))
		if r.runner != nil {
			note("finish jobs", r.runner.Stop(ctx))
		}
		if r.direct != nil {
			closeWithin(ctx, r.direct)
		}
	}
	for _, at := range []net.Listener{a.listener, a.metrics} {
		if at != nil {
			_ = at.Close() // closed already where a server had it
		}
	}
	for i := len(a.closers) - 1; i >= 0; i-- {
		note(a.closers[i].name, a.closers[i].end(ctx))
	}
	if a.DB != nil {
		closeWithin(ctx, a.DB)
	}
	if a.storage != nil {
		note("stop the database", a.storage.close(ctx))
	}
	return errors.Join(failures...)
}

// finishRequests takes no new requests and waits for those under way; after
// patience their connections are closed.
func (r *running) finishRequests(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var failures []error
	for _, server := range r.servers {
		if err := server.Shutdown(ctx); err != nil {
			failures = append(failures, err, server.Close())
		}
	}
	return errors.Join(failures...)
}

// closeWithin gives up on connections that are still in use when ctx ends: the
// process is about to end, and they with it.
func closeWithin(ctx context.Context, d *db.DB) {
	closed := make(chan struct{})
	go func() {
		d.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-ctx.Done():
	}
}
