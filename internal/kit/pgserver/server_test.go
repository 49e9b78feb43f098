package pgserver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgconn"
)

// dataDir is a data folder that the user "postgres" can enter, which one of t.TempDir is not when root tests.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := makeTemporary()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func startTest(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopTest(t, s) })
	return s
}

func stopTest(t *testing.T, s *Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
	defer cancel()
	if err := s.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// query runs one or more statements and returns the first column of all rows.
func query(t *testing.T, url, sql string) []string {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	results, err := conn.Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var column []string
	for _, result := range results {
		for _, row := range result.Rows {
			column = append(column, string(row[0]))
		}
	}
	return column
}

func TestFirstStart(t *testing.T) {
	t.Parallel()
	disk, err := os.MkdirTemp("", "pgserver-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(disk) })
	if err := os.Chmod(disk, folderMode()); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(disk, "not", "there", "yet")
	s := startTest(t, Options{Dir: dir, Settings: map[string]string{"work_mem": "5MB", "listen_addresses": "*"}})

	got := query(t, s.URL(""), `
		SELECT current_database(); SHOW server_encoding; SHOW listen_addresses; SHOW work_mem; SHOW fsync;
		SHOW synchronous_commit; SHOW full_page_writes; SHOW timezone; SHOW max_connections;
		SELECT lower('ÄÑ'); SELECT string_agg(x, '' ORDER BY x) FROM unnest(ARRAY['b','a','B','A']) x`)
	want := []string{"reserva", "UTF8", "", "5MB", "on", "on", "on", "UTC", "100", "äñ", "ABab"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := query(t, s.URL("postgres"), "SELECT current_database()"); !slices.Equal(got, []string{"postgres"}) {
		t.Errorf("URL(postgres) leads to %v", got)
	}
	info, err := os.Stat(s.socket)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("socket folder has mode %v", info.Mode().Perm())
	}
	if s.Err() != nil {
		t.Errorf("Err of a running server: %v", s.Err())
	}
}

func TestRestartKeepsData(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	s := startTest(t, o)
	query(t, s.URL(""), "CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
	stopTest(t, s)
	stopTest(t, s) // does nothing
	if _, err := os.Stat(s.socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("socket folder after Stop: %v", err)
	}
	select {
	case <-s.Done():
		t.Error("Done is closed after an orderly Stop")
	default:
	}

	s = startTest(t, o)
	if got := query(t, s.URL(""), "SELECT a FROM t"); !slices.Equal(got, []string{"7"}) {
		t.Errorf("after a restart: %v", got)
	}
}

func TestStopDisconnectsClients(t *testing.T) {
	t.Parallel()
	s := startTest(t, Options{Ephemeral: true})
	conn, err := pgconn.Connect(t.Context(), s.URL(""))
	if err != nil {
		t.Fatal(err)
	}
	stopTest(t, s)
	if _, err := conn.Exec(t.Context(), "SELECT 1").ReadAll(); err == nil {
		t.Error("a client is still served after Stop")
	}
	if _, err := os.Stat(s.Dir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("temporary data folder after Stop: %v", err)
	}
}

func TestTwoSideBySide(t *testing.T) {
	t.Parallel()
	a := startTest(t, Options{Ephemeral: true})
	b := startTest(t, Options{Ephemeral: true})
	query(t, a.URL(""), "CREATE TABLE only_in_a ()")
	if got := query(t, b.URL(""), "SELECT to_regclass('only_in_a') IS NULL"); !slices.Equal(got, []string{"t"}) {
		t.Error("a table of one server is seen in the other")
	}
}

func TestSecondServerOnSameFolderIsRefused(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	s := startTest(t, o)
	_, err := Start(t.Context(), o)
	if !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), o.Dir) {
		t.Errorf("second start: %v", err)
	}
	_, err = StartFrom(t.Context(), o.Dir, Options{Ephemeral: true})
	if !errors.Is(err, ErrInUse) {
		t.Errorf("copy of a running server: %v", err)
	}
	if got := query(t, s.URL(""), "SELECT 1"); len(got) != 1 {
		t.Error("the first server was disturbed")
	}
}

func TestStartFrom(t *testing.T) {
	t.Parallel()
	template := startTest(t, Options{Dir: dataDir(t), Ephemeral: true})
	query(t, template.URL(""), "CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
	stopTest(t, template)

	for _, o := range []Options{{Ephemeral: true}, {Dir: dataDir(t)}} {
		s, err := StartFrom(t.Context(), template.Dir(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := query(t, s.URL(""), "INSERT INTO t VALUES (8); SELECT a FROM t ORDER BY a"); !slices.Equal(got, []string{"7", "8"}) {
			t.Errorf("in the copy: %v", got)
		}
		stopTest(t, s)
		if o.Dir == "" {
			continue
		}
		if _, err := StartFrom(t.Context(), template.Dir(), o); err == nil {
			t.Error("a cluster was overwritten by a copy")
		}
	}
}

func TestUnexpectedEnd(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t)} // an ephemeral one may lose its last commits here
	s := startTest(t, o)
	query(t, s.URL(""), "CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
	s.proc.signal(syscall.SIGKILL)
	select {
	case <-s.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("Done was not closed")
	}
	if s.Err() == nil || !strings.Contains(s.Err().Error(), "postgres.log") {
		t.Errorf("Err: %v", s.Err())
	}
	stopTest(t, s)

	s = startTest(t, o) // recovers
	if got := query(t, s.URL(""), "SELECT a FROM t"); !slices.Equal(got, []string{"7"}) {
		t.Errorf("after the crash: %v", got)
	}
}

func TestStopIsBounded(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	s := startTest(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Stop: %v", err)
	}
	startTest(t, o)
}

func TestFailedStartSaysWhyAndFreesTheFolder(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true, Settings: map[string]string{"no_such_setting": "1"}}
	_, err := Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), `unrecognized configuration parameter "no_such_setting"`) {
		t.Errorf("Start: %v", err)
	}
	o.Settings = nil
	startTest(t, o)
}

func TestCancelledStart(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("Start: %v", err)
	}
	if entries, _ := filepath.Glob(filepath.Join(o.Dir, "postgres*")); len(entries) != 0 {
		t.Errorf("a cancelled first start left %v", entries)
	}
	startTest(t, o)
}

func TestOtherMajorVersion(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	stopTest(t, startTest(t, o))
	version := filepath.Join(o.Dir, "postgres", "PG_VERSION")
	if err := os.WriteFile(version, []byte("9\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "was made by PostgreSQL 9, and here is only") {
		t.Errorf("Start: %v", err)
	}
}
