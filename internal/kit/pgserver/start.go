package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"
)

// leftoverWait bounds the wait for processes of a server that was killed.
const leftoverWait = 20 * time.Second

// start holds the steps that every start shares; create makes the cluster where there is none.
func start(ctx context.Context, o Options, create func(context.Context, cluster) error) (_ *Server, err error) {
	began := time.Now()
	s := &Server{log: o.Log, died: make(chan struct{})}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	defer func() {
		if err != nil {
			s.release()
		}
	}()
	if err := s.openFolder(o); err != nil {
		return nil, err
	}
	c := cluster{path: s.clusterPath(), ephemeral: o.Ephemeral}
	if c.owner, err = clusterOwner(c.path); err != nil {
		return nil, err
	}
	if err := c.owner.mayEnter(s.dir); err != nil {
		return nil, err
	}
	if c.programs, err = programsFor(o.Bin, c.path); err != nil {
		return nil, err
	}
	if err := create(ctx, c); err != nil {
		return nil, err
	}
	if s.socket, err = makeSocketFolder(s.dir, c.owner); err != nil {
		return nil, err
	}
	if err := s.run(ctx, c, o); err != nil {
		return nil, err
	}
	go s.watch()
	s.log.Info("private PostgreSQL started", "version", c.programs.major, "folder", s.dir, "process", s.proc.pid(),
		"took", time.Since(began).Round(time.Millisecond))
	return s, nil
}

// openFolder makes the data folder and takes its lock.
func (s *Server) openFolder(o Options) error {
	dir := o.Dir
	if dir == "" {
		if !o.Ephemeral {
			return errors.New("a data folder is needed for PostgreSQL")
		}
		temp, err := makeTemporary()
		if err != nil {
			return err
		}
		dir, s.dir, s.temporary = temp, temp, true
	}
	if err := makeFolder(dir); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	// One spelling for one folder: the socket's name and the search for an old postmaster depend on it.
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	s.dir = dir
	s.lock, err = lockFolder(s.dir)
	return err
}

// run starts the postmaster and waits until the database is there. Processes of a killed server may hold the shared
// memory a little longer; PostgreSQL then refuses, rightly, and the start is tried again.
func (s *Server) run(ctx context.Context, c cluster, o Options) error {
	leftover := time.Now().Add(leftoverWait)
	for {
		ignore, err := endPrevious(ctx, c.path, s.log)
		if err != nil {
			return err
		}
		said, err := s.launchPostmaster(c, o, ignore)
		if err != nil {
			return err
		}
		err = s.awaitReady(ctx)
		if err == nil {
			return nil
		}
		s.proc.stop(ctx)
		text := said()
		if bytes.Contains(text, []byte("is still in use")) && time.Now().Before(leftover) {
			if err := pause(ctx, 100*time.Millisecond); err == nil {
				continue
			}
		}
		return fmt.Errorf("PostgreSQL did not start in %s: %w\n%s", s.dir, err, bytes.TrimSpace(text))
	}
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
