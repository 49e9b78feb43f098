package pgserver

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSweep(t *testing.T) {
	parent := t.TempDir()
	longAgo := time.Now().Add(-time.Hour)
	folder := func(name string, changed time.Time) string {
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o711); err != nil {
			t.Fatal(err)
		}
		lock, err := lockFolder(dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(lock.Name(), changed, changed); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { lock.Close() })
		if name != temporaryPrefix+"held" {
			lock.Close()
		}
		return dir
	}
	left := folder(temporaryPrefix+"left", longAgo)
	kept := []string{
		folder(temporaryPrefix+"held", longAgo),
		folder(temporaryPrefix+"young", time.Now()),
		folder("reserva-other", longAgo),
	}
	sweep(parent)
	if _, err := os.Stat(left); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("an abandoned folder is still there: %v", err)
	}
	for _, dir := range kept {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}
