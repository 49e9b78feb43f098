package pgserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// DefaultDatabase is the database that Start creates and that URL("") names.
const DefaultDatabase = "reserva"

// superuser is the cluster's only role until migrations make others.
const superuser = "postgres"

// Options says where and how to run. Only Dir is required, and not even that for an Ephemeral server.
type Options struct {
	// Dir is the data folder, created if missing. Empty with Ephemeral means a temporary folder, in memory if there is
	// room, which Stop removes, or if the process was killed the next such start.
	Dir string
	// Log receives a line for each start and stop; nil discards them.
	Log *slog.Logger
	// Settings are added to our own, as name and value of postgresql.conf. They cannot open a TCP port.
	Settings map[string]string
	// Ephemeral gives up durability for speed: a power cut may destroy the cluster. For tests and some benchmarks.
	Ephemeral bool
	// Bin is the folder of the server programs; empty looks for them as Find does.
	Bin string
}

// A Server is a running PostgreSQL. Its methods may be called from several goroutines.
type Server struct {
	dir    string // absolute, symbolic links resolved
	socket string // folder
	log    *slog.Logger
	lock   *os.File
	proc   *process

	temporary bool // dir is ours to remove

	stopping atomic.Bool
	died     chan struct{}
	diedErr  error // set before died is closed

	mu      sync.Mutex // held through Stop
	stopped bool
}

// Start runs a PostgreSQL on o.Dir, creating the cluster and the database on the first start, and returns when it
// accepts connections, which after a crash may take as long as its recovery. ctx bounds the start only.
//
// Errors: [ErrNoServer]; [ErrInUse]; and ones that say what to do about another major version, a folder that the
// server's user cannot enter, or, with the end of its log, why PostgreSQL itself gave up.
func Start(ctx context.Context, o Options) (*Server, error) {
	return start(ctx, o, makeCluster)
}

// StartFrom is Start on a copy of the cluster in template, the data folder of a server that has been stopped.
// o.Dir must not hold a cluster yet. Where the file system can, the copy shares its blocks with the template.
func StartFrom(ctx context.Context, template string, o Options) (*Server, error) {
	return start(ctx, o, func(ctx context.Context, c cluster) error {
		return copyCluster(ctx, template, c)
	})
}

// URL is the connection string of a database of this server, "" meaning DefaultDatabase. It names the Unix socket and
// the superuser, is understood by pgx and by psql, and does not depend on PGHOST, PGPORT or PGUSER.
func (s *Server) URL(database string) string {
	if database == "" {
		database = DefaultDatabase
	}
	query := url.Values{"host": {s.socket}, "port": {port}, "sslmode": {"disable"}}
	return (&url.URL{
		Scheme:   "postgres",
		User:     url.User(superuser),
		Path:     "/" + database,
		RawQuery: query.Encode(),
	}).String()
}

// Dir is the data folder.
func (s *Server) Dir() string { return s.dir }

// Done is closed when PostgreSQL has ended although nobody called Stop; Err then says how. Stop is still to be called.
func (s *Server) Done() <-chan struct{} { return s.died }

// Err is nil until Done is closed.
func (s *Server) Err() error {
	select {
	case <-s.died:
		return s.diedErr
	default:
		return nil
	}
}

// watch tells an end that was asked for from one that was not.
func (s *Server) watch() {
	<-s.proc.exited
	if s.stopping.Load() {
		return
	}
	s.diedErr = fmt.Errorf("PostgreSQL ended unexpectedly (%w), see %s", exitReason(s.proc.err), s.logPath())
	s.log.Error("private PostgreSQL ended unexpectedly", "error", s.diedErr)
	close(s.died)
}

// Stop disconnects all clients, rolls back what they had open, writes a checkpoint, and frees the data folder for
// another server. When ctx ends first PostgreSQL is cut short, which costs a recovery at the next start but no
// committed data, and ctx's error is returned. A second call does nothing.
func (s *Server) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopped {
		return nil
	}
	s.stopped = true
	s.stopping.Store(true)
	began := time.Now()
	err := s.proc.stop(ctx)
	s.release()
	if err != nil {
		return fmt.Errorf("stopping PostgreSQL: %w", err)
	}
	s.log.Info("private PostgreSQL stopped", "took", time.Since(began).Round(time.Millisecond))
	return nil
}

// release gives back what Start took, as far as it came. The lock goes last: who gets it next finds nothing of ours.
func (s *Server) release() {
	if s.socket != "" {
		os.Remove(s.socket) // stays if something is still in it
	}
	if s.temporary {
		if err := os.RemoveAll(s.dir); err != nil {
			s.log.Warn("temporary data folder was not removed", "error", err)
		}
	}
	unlockFolder(s.lock)
}

func (s *Server) clusterPath() string { return filepath.Join(s.dir, "postgres") }
func (s *Server) logPath() string     { return filepath.Join(s.dir, "postgres.log") }

// stop ends the postmaster: SIGINT is its fast shutdown, SIGQUIT its immediate one.
func (p *process) stop(ctx context.Context) error {
	p.signal(syscall.SIGINT)
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
	}
	p.signal(syscall.SIGQUIT)
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second): // it kills its own stuck children after five
		p.signal(syscall.SIGKILL)
		<-p.exited
	}
	return ctx.Err()
}

func exitReason(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}
