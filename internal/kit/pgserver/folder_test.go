package pgserver

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func self() account { return account{uid: os.Geteuid(), gid: os.Getegid()} }

func TestSocketFolderIsPrivate(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	first, err := makeSocketFolder("/some/folder", self())
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Dir(first) != temp {
		t.Errorf("the socket folder is %s, not in %s", first, temp)
	}
	other, err := makeSocketFolder("/some/other", self())
	if err != nil || other == first {
		t.Errorf("another data folder has the socket folder %s, %v", other, err)
	}

	// What somebody else may have put there first.
	for name, plant := range map[string]func() error{
		"a link":         func() error { return os.Symlink(t.TempDir(), first) },
		"a file":         func() error { return os.WriteFile(first, nil, 0o600) },
		"an open folder": func() error { return os.Mkdir(first, 0o777) },
	} {
		if err := os.RemoveAll(first); err != nil {
			t.Fatal(err)
		}
		if err := plant(); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(temp, 0o755); err != nil {
			t.Fatal(err)
		}
		again, err := makeSocketFolder("/some/folder", self())
		if err != nil || again != first {
			t.Errorf("after %s: %s, %v", name, again, err)
			continue
		}
		info, err := os.Lstat(first)
		if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
			t.Errorf("%s was kept: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestSocketPathFits(t *testing.T) {
	t.Setenv("TMPDIR", "/"+strings.Repeat("long/", 30))
	path, err := makeSocketFolder("/some/folder", self())
	if err != nil {
		t.Fatal(err)
	}
	defer os.Remove(path)
	if len(path+"/.s.PGSQL."+port) > socketPathLimit {
		t.Errorf("%s is too long", path)
	}
}

func TestMayEnter(t *testing.T) {
	dir := t.TempDir()
	for at := dir; strings.HasPrefix(at, os.TempDir()+"/"); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o711); err != nil {
			t.Fatal(err)
		}
	}
	closed := filepath.Join(dir, "closed")
	inside := filepath.Join(closed, "data")
	if err := os.MkdirAll(inside, 0o711); err != nil {
		t.Fatal(err)
	}
	stranger := account{uid: 4_000_001, gid: 4_000_001, foreign: true}
	if err := stranger.mayEnter(inside); err != nil {
		t.Errorf("open way: %v", err)
	}
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := stranger.mayEnter(inside); err == nil || !strings.Contains(err.Error(), "chmod o+x "+closed) {
		t.Errorf("closed way: %v", err)
	}
	group := account{uid: 4_000_001, gid: os.Getegid(), foreign: true}
	if err := os.Chmod(closed, 0o710); err != nil {
		t.Fatal(err)
	}
	if err := group.mayEnter(inside); err != nil {
		t.Errorf("way open to the group: %v", err)
	}
}

func TestDefaultDir(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	t.Setenv("XDG_DATA_HOME", "relative")
	want := "/home/someone/.local/share/reserva"
	if os.Geteuid() == 0 {
		want = "/var/lib/reserva"
	}
	if got, err := DefaultDir(); err != nil || got != want {
		t.Errorf("DefaultDir() = %s, %v, want %s", got, err, want)
	}
}
