package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

const (
	pollEvery = 5 * time.Millisecond
	// slowStart is when a start that is still going on is worth a line in the log.
	slowStart = 5 * time.Second
	// logLimit is the size at which a start renames postgres.log to postgres.log.1.
	logLimit = 8 << 20
)

// SQLSTATEs of a server that is there but not ready, and of a database that does not exist.
const (
	cannotConnectNow = "57P03"
	unknownDatabase  = "3D000"
)

// launchPostmaster starts the process. said returns the end of what it has written to its log since.
func (s *Server) launchPostmaster(c cluster, o Options, ignore int) (said func() []byte, err error) {
	path := s.logPath()
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	log, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the child has its own descriptor
	before, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, err
	}
	cmd := c.command("postgres", append([]string{"-D", c.path}, s.settings(o)...)...)
	cmd.SysProcAttr = attributes(c.owner, syscall.SIGINT) // a fast shutdown
	cmd.Stdout, cmd.Stderr = log, log
	if ignore != 0 { // the variable by which pg_ctl, too, names a process that PostgreSQL is not to take for itself
		cmd.Env = append(cmd.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(ignore))
	}
	if s.proc, err = launch(cmd); err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}
	return func() []byte { return tail(path, before) }, nil
}

// settings are the -c arguments: ours, then those of the caller, then the two that nobody may change.
func (s *Server) settings(o Options) []string {
	set := map[string]string{
		"cluster_name":    "reserva",
		"max_connections": "100",
		"timezone":        "UTC",
		"log_timezone":    "UTC",
		// Statements here are short; compiling them costs more than it saves.
		"jit": "off",
		// Refused statements come back to the caller, who logs them without the personal data in them.
		"log_min_messages": "log",
	}
	if o.Ephemeral {
		set["fsync"] = "off"
		set["synchronous_commit"] = "off"
		set["full_page_writes"] = "off"
	}
	maps.Copy(set, o.Settings)
	set["listen_addresses"] = ""
	set["port"] = port
	set["unix_socket_directories"] = s.socket
	set["unix_socket_permissions"] = "0700"

	var args []string
	for _, name := range slices.Sorted(maps.Keys(set)) {
		args = append(args, "-c", name+"="+set[name])
	}
	return args
}

// awaitReady connects until it is let in, creating the database when that is what is missing.
func (s *Server) awaitReady(ctx context.Context) error {
	began, told := time.Now(), false
	for {
		err := probe(ctx, s.URL(""))
		var refused *pgconn.PgError
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &refused): // nobody listens yet
		case refused.Code == unknownDatabase:
			return s.createDatabase(ctx)
		case refused.Code != cannotConnectNow:
			return err
		}
		if !told && time.Since(began) > slowStart {
			told = true
			s.log.Info("private PostgreSQL is still starting; after a crash it recovers first", "log", s.logPath())
		}
		select {
		case <-s.proc.exited:
			return exitReason(s.proc.err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

func probe(ctx context.Context, url string) error {
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

func (s *Server) createDatabase(ctx context.Context) error {
	conn, err := pgconn.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "CREATE DATABASE "+DefaultDatabase).ReadAll()
	return err
}

// tail is what a log holds after an offset, at most its last two kilobytes.
func tail(path string, from int64) []byte {
	text, err := os.ReadFile(path)
	if err != nil || from > int64(len(text)) {
		return nil
	}
	text = text[from:]
	return text[max(0, len(text)-2048):]
}
