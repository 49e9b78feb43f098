package pgserver

import (
	"os"
	"runtime"
	"strings"
)

// ErrNoServer means that PostgreSQL's server programs are not on this system. Its message holds the command that
// installs them here.
var ErrNoServer error = noServer{}

type noServer struct{}

func (noServer) Error() string {
	release, _ := os.ReadFile("/etc/os-release")
	command := installCommand(runtime.GOOS, string(release), os.Geteuid() == 0)
	if command == "" {
		command = "see https://www.postgresql.org/download/"
	}
	return "PostgreSQL's server programs were not found. Install them (" + command + "), " +
		"or set RESERVA_DATABASE_URL to use a server that you run"
}

// installers pairs the names that /etc/os-release uses for a family of systems with the family's command. The contrib
// packages hold btree_gist, where it is not in the server's.
var installers = []struct {
	families string
	command  string
}{
	{"debian ubuntu", "apt-get install -y postgresql"},
	{"fedora rhel centos amzn", "dnf install -y postgresql-server postgresql-contrib"},
	{"alpine", "apk add postgresql postgresql-contrib"},
	{"arch", "pacman -S --needed --noconfirm postgresql"},
	{"suse opensuse", "zypper --non-interactive install postgresql-server postgresql-contrib"},
}

// installCommand chooses by the system and, on Linux, the text of /etc/os-release. It is empty for one not known.
func installCommand(goos, release string, root bool) string {
	sudo := "sudo "
	if root {
		sudo = ""
	}
	switch goos {
	case "darwin":
		return "brew install postgresql@17" // refuses to run as root
	case "freebsd":
		return sudo + "pkg install -y postgresql17-server postgresql17-contrib"
	case "linux":
		for _, name := range familyOf(release) {
			for _, i := range installers {
				if strings.Contains(" "+i.families+" ", " "+name+" ") {
					return sudo + i.command
				}
			}
		}
	}
	return ""
}

// familyOf lists the system's own name and then those it says it is like.
func familyOf(release string) []string {
	var id, like []string
	for line := range strings.Lines(release) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		words := strings.Fields(strings.Trim(value, `"'`))
		switch name {
		case "ID":
			id = words
		case "ID_LIKE":
			like = words
		}
	}
	return append(id, like...)
}
