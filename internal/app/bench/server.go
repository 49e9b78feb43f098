package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// server is the program as a server on a data folder.
type server struct {
	program, data, url string
	cmd                *exec.Cmd // nil while it does not run
	ended              chan error
}

func newServer(program, dir string) *server {
	return &server{program: program, data: filepath.Join(dir, "data")}
}

const (
	startPatience = time.Minute
	stopPatience  = 30 * time.Second
	probeEvery    = 2 * time.Millisecond
)

// start runs the server and tells how long it took from the beginning of the
// process to the first time that it called itself ready. Settings are added to those that
// it is measured with.
func (s *server) start(ctx context.Context, settings ...string) (time.Duration, error) {
	addr, err := freeAddress(ctx)
	if err != nil {
		return 0, err
	}
	s.url = "http://" + addr
	cmd := exec.Command(s.program, "serve")
	cmd.Env = append(withoutSettings(os.Environ()),
		"RESERVA_ADDR="+addr, "RESERVA_DATA="+s.data, "RESERVA_RATE_LIMIT=off", "RESERVA_LOG_LEVEL=warn")
	cmd.Env = append(cmd.Env, settings...)
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	s.cmd, s.ended = cmd, make(chan error, 1)
	go func() { s.ended <- cmd.Wait() }()
	if err := s.awaitReady(ctx); err != nil {
		return 0, errors.Join(err, s.stop())
	}
	return time.Since(began), nil
}

func (s *server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startPatience)
	defer cancel()
	for {
		if ready(ctx, s.url) {
			return nil
		}
		select {
		case err := <-s.ended:
			s.ended <- err
			return fmt.Errorf("the server ended while it started: %v", err)
		case <-ctx.Done():
			return fmt.Errorf("the server is not ready: %w", ctx.Err())
		case <-time.After(probeEvery):
		}
	}
}

func ready(ctx context.Context, url string) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return answer.Body.Close() == nil && answer.StatusCode == http.StatusOK
}

// stop ends the server and waits for it.
func (s *server) stop() error {
	if s.cmd == nil {
		return nil
	}
	defer func() { s.cmd = nil }()
	// It may have ended already, with an interrupt from the terminal for instance.
	_ = s.cmd.Process.Signal(os.Interrupt)
	select {
	case err := <-s.ended:
		return err
	case <-time.After(stopPatience):
		return errors.Join(errors.New("the server did not stop"), s.cmd.Process.Kill(), <-s.ended)
	}
}

// resident is the server's memory in bytes, without its PostgreSQL.
func (s *server) resident(ctx context.Context) (int64, error) {
	pid := strconv.Itoa(s.cmd.Process.Pid)
	kib := ""
	if runtime.GOOS == "linux" {
		status, err := os.ReadFile("/proc/" + pid + "/status")
		if err != nil {
			return 0, err
		}
		kib = field(string(status), "VmRSS:")
	} else {
		said, err := exec.CommandContext(ctx, "ps", "-o", "rss=", "-p", pid).Output()
		if err != nil {
			return 0, fmt.Errorf("ask ps for the server's memory: %w", err)
		}
		kib = strings.TrimSpace(string(said))
	}
	n, err := strconv.ParseInt(kib, 10, 64)
	return n << 10, err
}

// field is the first word after a name at the beginning of a line.
func field(text, name string) string {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			if words := strings.Fields(rest); len(words) > 0 {
				return words[0]
			}
		}
	}
	return ""
}

// freeAddress is one that nobody listens on at the moment.
func freeAddress(ctx context.Context) (string, error) {
	var listen net.ListenConfig
	at, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return at.Addr().String(), at.Close()
}

// withoutSettings leaves out what would change the server that is measured.
func withoutSettings(environ []string) []string {
	var kept []string
	for _, entry := range environ {
		if !strings.HasPrefix(entry, "RESERVA_") {
			kept = append(kept, entry)
		}
	}
	return kept
}
