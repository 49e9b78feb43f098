package pgserver

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// politeWait is how long a leftover postmaster may take for its fast shutdown before it is cut short.
const politeWait = 10 * time.Second

// endPrevious ends a postmaster that an earlier server left on the cluster; we hold the lock, so its server is dead.
//
// After a restart of the machine the number in postmaster.pid may by now be some other process's, which would keep
// PostgreSQL from starting. It is returned for PostgreSQL to ignore; the file stays, because PostgreSQL also learns
// from it which shared memory must be free.
func endPrevious(ctx context.Context, clusterPath string, log *slog.Logger) (ignore int, err error) {
	text, err := os.ReadFile(filepath.Join(clusterPath, "postmaster.pid"))
	if err != nil {
		return 0, nil // the usual case: it was stopped
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	pid, err := strconv.Atoi(string(bytes.TrimSpace(line)))
	if err != nil || pid <= 1 {
		return 0, nil
	}
	if !isPostmaster(pid, clusterPath) {
		return pid, nil
	}
	log.Info("ending a PostgreSQL that outlived its server", "process", pid)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
		_ = terminate(pid, signal)
		for deadline := time.Now().Add(politeWait); time.Now().Before(deadline); {
			if !isPostmaster(pid, clusterPath) {
				return pid, nil
			}
			if err := pause(ctx, 2*pollEvery); err != nil {
				return 0, err
			}
		}
	}
	return 0, fmt.Errorf("a PostgreSQL left from before, process %d, does not end: %w", pid, ErrInUse)
}

// isPostmaster reads the command line, which unlike a process's working folder is open to root in a container too, and
// which a process that has ended but was not waited for no longer has.
func isPostmaster(pid int, clusterPath string) bool {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil {
		return bytes.Contains(line, []byte("\x00-D\x00"+clusterPath+"\x00"))
	}
	if _, err := os.Stat("/proc/self/cmdline"); err == nil {
		return false // this system tells, and there is no such process
	}
	line, err = exec.Command("ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && bytes.Contains(line, []byte(" -D "+clusterPath+" "))
}
