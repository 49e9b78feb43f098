package storm_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// server is a server in a process of its own.
type server struct {
	*exec.Cmd
	url   string
	stdin io.Closer
	said  *bytes.Buffer // its log, complete once it has ended
	ended chan struct{}
}

// startServer runs this test binary as a server until it answers. Callers are not
// limited unless the settings say so.
func startServer(t testing.TB, settings config.Flags) *server {
	t.Helper()
	settings.Addr, settings.RateLimit, settings.Metrics, settings.Workers = "127.0.0.1:0", cmp.Or(settings.RateLimit, "off"), "off", "16"
	encoded, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{Cmd: exec.Command(os.Args[0]), said: &bytes.Buffer{}, ended: make(chan struct{})}
	s.Env = append(os.Environ(), childVariable+"="+string(encoded))
	s.Stderr = s.said
	stdin, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.stdin = stdin
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	told := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(stdout).ReadBytes('\n')
		var url string
		_ = json.Unmarshal(line, &url)
		told <- url
		_, _ = io.Copy(io.Discard, stdout)
		_ = s.Wait()
		close(s.ended)
	}()
	select {
	case s.url = <-told:
	case <-time.After(time.Minute):
	}
	if s.url == "" {
		s.kill()
		t.Fatalf("the server does not start:\n%s", s.said)
	}
	return s
}

// kill ends the server as the system does when it runs out of memory.
func (s *server) kill() {
	_ = s.Process.Kill()
	<-s.ended
}

// stop ends the server in good order.
func (s *server) stop() {
	_ = s.stdin.Close()
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		s.kill()
	}
}

// check fails the test for a data race, and when the server has ended otherwise
// than it should.
func (s *server) check(t testing.TB, wasKilled bool) {
	t.Helper()
	if strings.Contains(s.said.String(), "DATA RACE") || !wasKilled && s.ProcessState.ExitCode() != 0 {
		t.Errorf("the server ended with %s:\n%s", s.ProcessState, s.said)
	}
}

// sharedDatabase are the settings of servers on one database.
func sharedDatabase(t testing.TB, url string) func() config.Flags {
	t.Helper()
	keys, err := token.NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := keys.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return func() config.Flags {
		return config.Flags{Data: t.TempDir(), DatabaseURL: url, Keys: string(encoded)}
	}
}

// door is a World that reaches a server in another process. What it inspects can be
// switched off, for a server that may die in the middle of an answer.
func door(t testing.TB, s *server, d *db.DB) *testkit.World {
	t.Helper()
	handler := newRemote(s.url)
	document, err := world.Describe(handler)
	if err != nil {
		t.Fatal(err)
	}
	return testkit.Around(t, testkit.Parts{
		Handler: handler, DB: d, Clock: testkit.NewClock(time.Now()), BaseURL: s.url, Inspect: document.Inspect,
	})
}

// openDatabase is for the fixtures that write around the application.
func openDatabase(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), db.Options{URL: url, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// eventually waits until nothing is left of what is waited for, and fails the test if
// that takes for ever.
func eventually(t testing.TB, left func() []string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		waitingFor := left()
		if len(waitingFor) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for\n%s", strings.Join(waitingFor, "\n"))
		}
	}
}

// checkDone waits until all jobs that are due have run, and looks at what came of
// them.
func checkDone(t testing.TB, url string) {
	t.Helper()
	awaitJobs(t, url)
	checkTold(t, url)
}

func awaitJobs(t testing.TB, url string) {
	t.Helper()
	eventually(t, func() []string {
		return query[string](t, url, `
			SELECT concat_ws(' ', 'job', id, state, attempt, attempted_at, attempted_by, scheduled_at, args, errors)
			FROM river.river_job
			WHERE kind = 'event' AND (state IN ('available', 'running', 'retryable') OR state = 'scheduled' AND scheduled_at < now())`)
	})
	for _, failed := range query[string](t, url, `
		SELECT concat_ws(' ', state, args, errors)
		FROM river.river_job
		WHERE kind = 'event' AND state IN ('cancelled', 'discarded')`) {
		t.Errorf("a job that was given up: %s", failed)
	}
}
