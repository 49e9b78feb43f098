package pgserver

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldestMajor is the oldest version that this product is tested with, and the oldest still maintained.
const oldestMajor = 15

// programs is a folder with initdb and postgres, and their major version.
type programs struct {
	bin   string
	major int
}

// usualFolders is where packages put server programs that they keep off PATH.
var usualFolders = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // PostgreSQL's own packages for Red Hat
	"/usr/lib/postgresql*/bin",                           // SUSE
	"/usr/libexec/postgresql*",                           // Alpine
	"/opt/homebrew/opt/postgresql*/bin",                  // macOS, Homebrew
	"/usr/local/opt/postgresql*/bin",                     // the same on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // macOS, Postgres.app
	"/usr/local/pgsql/bin",                               // built from source
	"/opt/local/lib/postgresql*/bin",                     // macOS, MacPorts
}

var (
	versionText  = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)
	folderNumber = regexp.MustCompile(`\d+`)
)

// Find returns the folder of the server programs that a new cluster would use: those on PATH, otherwise the newest in
// the usual folders. Its error is [ErrNoServer], or names the versions that are too old.
func Find() (bin string, err error) {
	p, err := find(0, "")
	return p.bin, err
}

// find looks for programs of one major version, or with 0 for any that will do. path names the cluster in errors.
func find(major int, path string) (programs, error) {
	var others []programs
	for _, folder := range candidates() {
		p, ok := programsIn(folder)
		switch {
		case !ok:
		case p.major == major, major == 0 && p.major >= oldestMajor:
			return p, nil
		default:
			others = append(others, p)
		}
	}
	switch {
	case len(others) == 0:
		return programs{}, ErrNoServer
	case major == 0:
		return programs{}, fmt.Errorf("PostgreSQL %d or later is needed and only %s was found; "+
			"install a later one or set RESERVA_DATABASE_URL", oldestMajor, list(others))
	}
	return programs{}, otherMajor(path, major, others)
}

// otherMajor is the error of a cluster that none of the programs found can run.
func otherMajor(path string, major int, found []programs) error {
	if major == 0 {
		return fmt.Errorf("%s is not a PostgreSQL cluster", path)
	}
	return fmt.Errorf("%s was made by PostgreSQL %d, and here is only %s; install PostgreSQL %d, "+
		"or move the data with pg_upgrade or pg_dump", path, major, list(found), major)
}

func list(found []programs) string {
	var names []string
	for _, p := range found {
		names = append(names, fmt.Sprintf("%d (%s)", p.major, p.bin))
	}
	return strings.Join(names, ", ")
}

// candidates are the folders to look in, the preferred first.
func candidates() []string {
	var folders []string
	if onPath, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(onPath); err == nil {
			onPath = real
		}
		folders = append(folders, filepath.Dir(onPath))
	}
	var usual []string
	for _, pattern := range usualFolders {
		matches, _ := filepath.Glob(pattern)
		usual = append(usual, matches...)
	}
	slices.SortStableFunc(usual, func(a, b string) int { return cmp.Compare(numberIn(b), numberIn(a)) })
	return append(folders, usual...)
}

// numberIn is the version in a folder's name, 0 where it has none.
func numberIn(folder string) int {
	n, _ := strconv.Atoi(folderNumber.FindString(folder))
	return n
}

// programsIn asks the programs in a folder for their version; ok is false unless both are there and run.
func programsIn(folder string) (_ programs, ok bool) {
	if info, err := os.Stat(filepath.Join(folder, "initdb")); err != nil || info.IsDir() {
		return programs{}, false
	}
	said, err := exec.Command(filepath.Join(folder, "postgres"), "--version").Output()
	if err != nil {
		return programs{}, false
	}
	match := versionText.FindSubmatch(said)
	if match == nil {
		return programs{}, false
	}
	major, err := strconv.Atoi(string(match[1]))
	return programs{bin: folder, major: major}, err == nil
}
