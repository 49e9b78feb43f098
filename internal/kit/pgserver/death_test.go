//go:build unix

package pgserver

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// childVariable makes this test binary a program that starts a server on the folder it names, prints a childReport,
// and runs until its standard input ends or it is killed.
const childVariable = "PGSERVER_TEST_CHILD"

type childReport struct {
	URL string
	PID int // of the postmaster
}

func TestMain(m *testing.M) {
	dir := os.Getenv(childVariable)
	if dir == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background(), dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(ctx context.Context, dir string) error {
	s, err := Start(ctx, Options{Dir: dir})
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(childReport{URL: s.URL(""), PID: s.proc.pid()}); err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	return s.Stop(ctx)
}

// startChild runs binary as a child and waits until its server is up.
func startChild(t *testing.T, binary, dir string, attr *syscall.SysProcAttr) (*exec.Cmd, io.Closer, childReport) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary)
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = attr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var report childReport
	if err := json.NewDecoder(out).Decode(&report); err != nil {
		t.Fatalf("the child did not start a server: %v", err)
	}
	return cmd, in, report
}

// The rival is a second process, as in life: flock would be seen within one process too, but by another way.
func TestSecondProcessIsRefused(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	s := startTest(t, Options{Dir: dir})
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+dir)
	said, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(said), fmt.Sprintf("%s by process %d", dir, os.Getpid())) {
		t.Errorf("second process: %v\n%s", err, said)
	}
	query(t, s.URL(""), "SELECT 1")
}

func TestStartAfterOurProcessWasKilled(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	cmd, _, report := startChild(t, os.Args[0], dir, nil)
	query(t, report.URL, "CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	s := startTest(t, Options{Dir: dir}) // at once: the orphan may still be shutting down
	if got := query(t, s.URL(""), "SELECT a FROM t"); !slices.Equal(got, []string{"7"}) {
		t.Errorf("after the kill: %v", got)
	}
	if isPostmaster(report.PID, s.clusterPath()) {
		t.Error("the killed process's PostgreSQL runs beside the new one")
	}
}

// Where nothing ends the orphan with its server, the next start has to.
func TestStartEndsAnOrphan(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	s := startTest(t, o)
	query(t, s.URL(""), "CREATE TABLE t (a int); INSERT INTO t VALUES (7)")
	s.lock.Close() // as if this process had died
	next := startTest(t, o)
	if got := query(t, next.URL(""), "SELECT a FROM t"); !slices.Equal(got, []string{"7"}) {
		t.Errorf("in the next server: %v", got)
	}
	<-s.Done()
	if s.proc.pid() == next.proc.pid() {
		t.Error("the orphan was taken over")
	}
}

// After the machine restarts, postmaster.pid may name an innocent process of the same user.
func TestStalePIDOfAnotherProcess(t *testing.T) {
	t.Parallel()
	o := Options{Dir: dataDir(t), Ephemeral: true}
	s := startTest(t, o)
	pidFile := filepath.Join(s.clusterPath(), "postmaster.pid")
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := clusterOwner(s.clusterPath())
	if err != nil {
		t.Fatal(err)
	}
	stopTest(t, s)

	innocent := exec.CommandContext(t.Context(), "sleep", "600")
	innocent.SysProcAttr = attributes(owner, syscall.SIGKILL)
	p, err := launch(innocent)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "\n")
	if err := os.WriteFile(pidFile, fmt.Appendf(nil, "%d\n%s", p.pid(), rest), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := owner.own(pidFile); err != nil {
		t.Fatal(err)
	}
	startTest(t, o)
	select {
	case <-p.exited:
		t.Error("the innocent process was ended")
	default:
	}
}

// The other tests run as whoever runs them. Run by root, this one adds an ordinary user.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	uid := os.Geteuid()
	dir, binary := dataDir(t), os.Args[0]
	var attr *syscall.SysProcAttr
	if uid == 0 {
		const nobody = 65534
		uid = nobody
		attr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
		binary = filepath.Join(dir, "child") // nobody can enter the folder that go test built ours in
		if err := copyFile(os.Args[0], binary, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	cmd, in, _ := startChild(t, binary, dir, attr)
	info, err := os.Stat(filepath.Join(dir, "postgres", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := ownerOf(info); got != uid {
		t.Errorf("PostgreSQL runs as user %d, want %d", got, uid)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
}

func TestNeverRoot(t *testing.T) {
	t.Parallel()
	s := startTest(t, Options{Ephemeral: true})
	info, err := os.Stat(filepath.Join(s.clusterPath(), "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	if uid, _ := ownerOf(info); uid == 0 {
		t.Error("PostgreSQL runs as root")
	}
}
