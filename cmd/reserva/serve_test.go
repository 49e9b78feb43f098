package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// program is the binary as people run it, built once for all tests of the package.
var program = "set by TestMain"

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	// Another user has to reach the program and the data.
	dir, err := os.MkdirTemp("", "reserva-cmd-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "reserva")
	if said, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		panic(string(said))
	}
	return m.Run()
}

// server is a running program.
type server struct {
	*exec.Cmd
	url   string
	data  string
	log   *bytes.Buffer // complete once the program has ended
	ended func() error  // waits for the end
}

func dataFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Dir(program), "data-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "reserva")
}

func freeAddress(t *testing.T) string {
	t.Helper()
	at, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer at.Close()
	return at.Addr().String()
}

// clean is the environment without settings.
func clean() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "RESERVA_") {
			env = append(env, entry)
		}
	}
	return env
}

// start runs the program until it is ready.
func start(t *testing.T, data string, as *syscall.Credential, settings ...string) *server {
	t.Helper()
	addr := freeAddress(t)
	s := &server{Cmd: exec.Command(program), url: "http://" + addr, data: data, log: &bytes.Buffer{}}
	s.Env = append(append(clean(), "RESERVA_ADDR="+addr, "RESERVA_DATA="+data), settings...)
	s.Dir = filepath.Dir(program)
	s.Stdout, s.Stderr = s.log, s.log
	s.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Wait() }()
	t.Cleanup(func() {
		_ = s.Process.Kill()
		<-ended
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		if status, _ := s.get(t, "/readyz"); status == http.StatusOK {
			break
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the server ended: %v\n%s", err, s.log)
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("the server is not ready after a minute")
		}
	}
	s.ended = func() error { err := <-ended; ended <- err; return err }
	return s
}

// get answers 0 where nobody does.
func (s *server) get(t *testing.T, path string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// end sends the signal and waits for the program's end.
func (s *server) end(t *testing.T, signal os.Signal) error {
	t.Helper()
	if err := s.Process.Signal(signal); err != nil {
		t.Fatal(err)
	}
	return s.ended()
}

func TestFirstStartLaterStartAndStartAfterKill(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM, os.Kill, syscall.SIGTERM} {
		s := start(t, data, nil)
		if status, body := s.get(t, "/"); status != http.StatusOK || !strings.Contains(body, "Reserva") {
			t.Errorf("welcome page: %d %s", status, body)
		}
		err := s.end(t, signal)
		if (err == nil) != (signal != os.Kill) {
			t.Errorf("ended by %v: %v\n%s", signal, err, s.log)
		}
		for _, want := range []string{"Reserva is ready at " + s.url, s.url + "/docs", s.url + "/redoc", s.url + "/dev/outbox", " demo"} {
			if !strings.Contains(s.log.String(), want) {
				t.Errorf("the start does not name %s:\n%s", want, s.log)
			}
		}
	}
}

func TestTwoSideBySide(t *testing.T) {
	t.Parallel()
	one, other := start(t, dataFolder(t), nil), start(t, dataFolder(t), nil)
	if err := one.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if status, body := other.get(t, "/readyz"); status != http.StatusOK {
		t.Errorf("the other server: %d %s", status, body)
	}
}

func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		start(t, dataFolder(t), nil) // as the ordinary user that we are
		return
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, uidErr := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, gidErr := strconv.ParseUint(nobody.Gid, 10, 32)
	data := dataFolder(t)
	if err := errors.Join(uidErr, gidErr, os.Chown(filepath.Dir(data), int(uid), int(gid))); err != nil {
		t.Fatal(err)
	}
	s := start(t, data, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)})
	info, err := os.Stat(filepath.Join(data, "keys.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("keys: %v, %v", info, err)
	}
	if err := s.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("%v\n%s", err, s.log)
	}
}

func TestCommandsBesideARunningServer(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	s := start(t, data, nil)
	addr := strings.TrimPrefix(s.url, "http://")
	for _, test := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"migrate"}, 0, "up to date"},
		{[]string{"doctor"}, 0, "a server answers at " + addr + " already"},
		{[]string{"admin", "plan", "nobody", "PRO"}, 1, "no such business"},
		{[]string{"admin", "rotate-keys"}, 0, "signs in ten minutes"},
		{[]string{"admin", "rotate-keys", "--revoke"}, 0, "all others are removed"},
		{[]string{"serve"}, 1, "RESERVA_ADDR: listen tcp " + addr},
		{[]string{"serve", "--addr=127.0.0.1:0"}, 1, "the data folder is in use"},
	} {
		args := append([]string{"--data=" + data, "--addr=" + addr}, test.args...)
		if code, said := run(t, args...); code != test.code || !strings.Contains(said, test.want) {
			t.Errorf("%v: code %d, want %d with %q:\n%s", test.args, code, test.code, test.want, said)
		}
	}
	if status, body := s.get(t, "/readyz"); status != http.StatusOK {
		t.Errorf("afterwards: %d %s", status, body)
	}
}

// run waits for a command's end and returns what it said on both outputs.
func run(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, program, args...)
	command.Env = clean()
	out, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(out)
}

func TestMistakesAreToldAtOnce(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	code, said := run(t, "--data="+data, "--addr=nowhere", "--trusted-proxies=10.0.0.0/33", "--workers=many")
	for _, want := range []string{
		`RESERVA_ADDR: "nowhere" is not host:port`, `RESERVA_TRUSTED_PROXIES: "10.0.0.0/33" is not a network`, `RESERVA_WORKERS: "many"`,
	} {
		if code != 1 || !strings.Contains(said, want) {
			t.Errorf("code %d, without %s:\n%s", code, want, said)
		}
	}
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Error("a data folder was made")
	}
}

func TestGeneratedDocumentsAreTheSameEachTime(t *testing.T) {
	t.Parallel()
	var first map[string]string
	for range 2 {
		dir := t.TempDir()
		if code, said := run(t, "gen", dir); code != 0 {
			t.Fatal(said)
		}
		files := map[string]string{}
		for _, name := range []string{"api/openapi.yaml", "docs/errors.md", "docs/permissions.md", "docs/config.md", "docs/schema.sql"} {
			content, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil || len(content) == 0 {
				t.Fatalf("%s: %d bytes, %v", name, len(content), err)
			}
			files[name] = string(content)
			if first != nil && first[name] != files[name] {
				t.Errorf("%s differs from one run to the next", name)
			}
		}
		first = files
	}
	_, document := run(t, "openapi")
	if document != first["api/openapi.yaml"] {
		t.Error("openapi prints another document than gen writes")
	}
	if schema := first["docs/schema.sql"]; !strings.Contains(schema, "CREATE TABLE public.messages") || strings.Contains(schema, "\\restrict") {
		t.Error("the schema is not the product's, or tells of the programs' version")
	}
}
