package pgserver

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrInUse is wrapped by the error of a start on a data folder where a server runs already.
var ErrInUse = errors.New("the data folder is in use")

// port is part of the socket's file name; there is no TCP.
const port = "5432"

// socketPathLimit is macOS's; Linux allows 107.
const socketPathLimit = 103

// DefaultDir is the data folder of a server that was not told one: /var/lib/reserva for root, otherwise
// $XDG_DATA_HOME/reserva or ~/.local/share/reserva.
func DefaultDir() (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/reserva", nil
	}
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) { // the specification ignores others
		return filepath.Join(data, "reserva"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no default data folder: %w", err)
	}
	return filepath.Join(home, ".local", "share", "reserva"), nil
}

// folderMode lets the user that runs PostgreSQL for root pass through the data folder without reading it.
func folderMode() fs.FileMode {
	if os.Geteuid() == 0 {
		return 0o711
	}
	return 0o700
}

// makeFolder makes the data folder where there is none. One that is there keeps its mode.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, folderMode()); err != nil {
		return err
	}
	return os.Chmod(dir, folderMode()) // the umask must not keep PostgreSQL out
}

// makeSocketFolder makes the folder for the socket of the data folder dir and returns its path. Others can write to the
// temporary folder too, so one that is there already is used only if it is the account's alone.
func makeSocketFolder(dir string, owner account) (string, error) {
	sum := sha256.Sum256([]byte(dir))
	name := "reserva-" + hex.EncodeToString(sum[:6])
	var refused []error
	for _, parent := range []string{os.TempDir(), "/tmp"} {
		path := filepath.Join(parent, name)
		if length := len(path) + len("/.s.PGSQL.") + len(port); length > socketPathLimit {
			refused = append(refused, fmt.Errorf("%s is too long a path for a socket", parent))
			continue
		}
		if err := errors.Join(owner.mayEnter(parent), privateFolder(path, owner)); err != nil {
			refused = append(refused, err)
			continue
		}
		return path, nil
	}
	return "", fmt.Errorf("no folder for PostgreSQL's socket: %w", errors.Join(refused...))
}

func privateFolder(path string, owner account) error {
	info, err := os.Lstat(path)
	if err == nil {
		if uid, _ := ownerOf(info); info.IsDir() && uid == owner.uid && info.Mode().Perm() == 0o700 {
			return nil
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("%s is not a private folder of the user %s and cannot be replaced: %w", path, userName(owner.uid), err)
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		return err
	}
	return owner.own(path)
}
