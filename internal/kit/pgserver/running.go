package pgserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrNotRunning means that no server runs on the data folder.
var ErrNotRunning = errors.New("no server runs on the data folder")

// Running returns the connection string of DefaultDatabase on the server that another process runs on the data folder
// dir, for commands beside it. It needs the rights of that process's user, or root's. The server may end at any time.
//
// Errors: [ErrNotRunning], and those of a folder that may not be read.
func Running(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(dir, "postgres", "postmaster.pid"))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%w: %s", ErrNotRunning, dir)
	}
	if err != nil {
		return "", err
	}
	// PostgreSQL's lines are: process, folder, start, port, socket folder, address, shared memory, state. The state
	// comes last, once connections are taken.
	lines := strings.Split(string(text), "\n")
	if len(lines) < 8 || strings.TrimSpace(lines[7]) != "ready" {
		return "", fmt.Errorf("%w: %s", ErrNotRunning, dir)
	}
	running := Server{socket: lines[4]}
	if !filepath.IsAbs(running.socket) {
		return "", fmt.Errorf("%s: the socket's folder cannot be read from postmaster.pid", dir)
	}
	return running.URL(""), nil
}
