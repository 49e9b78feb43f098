package pgserver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestInstallCommand(t *testing.T) {
	tests := []struct {
		name, goos, release string
		root                bool
		want                string
	}{
		{"Debian", "linux", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n", false, "sudo apt-get install -y postgresql"},
		{"root needs no sudo", "linux", "ID=debian", true, "apt-get install -y postgresql"},
		{"a derivative", "linux", "ID=linuxmint\nID_LIKE=\"ubuntu debian\"", true, "apt-get install -y postgresql"},
		{"Fedora", "linux", "ID=fedora", true, "dnf install -y postgresql-server postgresql-contrib"},
		{"Rocky", "linux", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", true, "dnf install -y postgresql-server postgresql-contrib"},
		{"Alpine", "linux", "ID=alpine\nVERSION_ID=3.22.1", true, "apk add postgresql postgresql-contrib"},
		{"Arch", "linux", "ID=arch", true, "pacman -S --needed --noconfirm postgresql"},
		{"openSUSE", "linux", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"", true,
			"zypper --non-interactive install postgresql-server postgresql-contrib"},
		{"macOS", "darwin", "", true, "brew install postgresql@17"},
		{"unknown Linux", "linux", "ID=homemade", false, ""},
		{"no os-release", "linux", "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := installCommand(tt.goos, tt.release, tt.root); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestErrNoServerSaysWhatToDo(t *testing.T) {
	message := ErrNoServer.Error()
	for _, want := range []string{"nstall", "RESERVA_DATABASE_URL"} {
		if !strings.Contains(message, want) {
			t.Errorf("%q lacks %q", message, want)
		}
	}
}

func TestFind(t *testing.T) {
	bin, err := Find()
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := programsIn(bin); !ok || p.major < oldestMajor {
		t.Errorf("Find() = %s, with %+v", bin, p)
	}
}

// fakePrograms makes a folder of programs that only know their version.
func fakePrograms(t *testing.T, version string) string {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"initdb", "postgres"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestProgramsIn(t *testing.T) {
	for version, want := range map[string]int{"15.18 (Debian 15.18-0+deb12u1)": 15, "18.4": 18, "19beta1": 19} {
		if p, ok := programsIn(fakePrograms(t, version)); !ok || p.major != want {
			t.Errorf("version %s: %+v, %v", version, p, ok)
		}
	}
	clientOnly := fakePrograms(t, "15.1")
	if err := os.Remove(filepath.Join(clientOnly, "initdb")); err != nil {
		t.Fatal(err)
	}
	for _, bin := range []string{clientOnly, fakePrograms(t, "unknown"), t.TempDir()} {
		if p, ok := programsIn(bin); ok {
			t.Errorf("%s: %+v", bin, p)
		}
	}
}

// An installation that moved on keeps running an old cluster as long as the old programs are there.
func TestFindPrefersTheClustersVersion(t *testing.T) {
	other := fakePrograms(t, "99.1")
	t.Setenv("PATH", other+string(filepath.ListSeparator)+os.Getenv("PATH"))
	newest, err := find(0, "")
	if err != nil || newest.major != 99 {
		t.Fatalf("find for a new cluster: %+v, %v", newest, err)
	}
	t.Setenv("PATH", fakePrograms(t, "9.6"))
	if p, err := find(9, ""); err != nil || p.major != 9 {
		t.Errorf("find for an old cluster: %+v, %v", p, err)
	}
	if p, err := find(0, ""); err != nil || p.major == 9 {
		t.Errorf("find for a new cluster beside too old programs: %+v, %v", p, err)
	}
	if _, err := find(98, "/data/postgres"); err == nil || errors.Is(err, ErrNoServer) {
		t.Errorf("find for a version that is not here: %v", err)
	}
}
