package layout

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A document is one Markdown page of the repository.
type document struct {
	path string // from the top folder, with slashes
	text string
}

func documents(t *testing.T) []document {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(top, "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(filepath.Join(top, "docs"), func(name string, _ fs.DirEntry, err error) error {
		if filepath.Ext(name) == ".md" {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []document
	for _, name := range names {
		rel, err := filepath.Rel(top, name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, document{filepath.ToSlash(rel), fileText(t, rel)})
	}
	return all
}

func fileText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)(#[^)\s]*)?\)`)

func TestLinksLeadSomewhere(t *testing.T) {
	t.Parallel()
	seen := 0
	for _, d := range documents(t) {
		for _, found := range link.FindAllStringSubmatch(d.text, -1) {
			if strings.Contains(found[1], "://") {
				continue
			}
			seen++
			target := filepath.Join(top, filepath.Dir(filepath.FromSlash(d.path)), filepath.FromSlash(found[1]))
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s leads to %s, which is not there", d.path, found[1])
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d links were found", seen)
	}
}

// What the map of packages names is there, and what is there it names.
func TestMapOfPackages(t *testing.T) {
	t.Parallel()
	_, rest, _ := strings.Cut(fileText(t, "docs/ARCHITECTURE.md"), "## Map")
	text, _, _ := strings.Cut(rest, "\n## ")
	named := map[string]bool{}
	for _, found := range regexp.MustCompile("`([a-z]+)`").FindAllStringSubmatch(text, -1) {
		named[found[1]] = true
	}
	folders := map[string]bool{}
	for _, f := range sources(t) {
		if f.pkg == "cmd/reserva" || f.test {
			continue
		}
		for _, part := range strings.Split(f.pkg, "/") {
			folders[part] = true
			if !named[part] {
				named[part] = true // told once
				t.Errorf("docs/ARCHITECTURE.md does not name %s, of package %s", part, f.pkg)
			}
		}
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)`").FindAllStringSubmatch(text, -1) {
		if !folders[row[1]] {
			t.Errorf("docs/ARCHITECTURE.md names %s, which is not there", row[1])
		}
	}
}

// Settings that documents name are settings.
func TestNamedSettings(t *testing.T) {
	t.Parallel()
	known := fileText(t, "internal/config/flags.go") + fileText(t, "internal/testkit/database.go")
	for _, d := range documents(t) {
		for _, name := range regexp.MustCompile(`RESERVA_[A-Z_]*[A-Z]`).FindAllString(d.text, -1) {
			if !strings.Contains(known, name) {
				t.Errorf("%s names %s, which is no setting", d.path, name)
			}
		}
	}
}

// Decision records are listed, numbered without gaps, and made of the same parts.
func TestDecisionRecords(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(top, "docs", "adr", "[0-9]*.md"))
	if err != nil || len(names) == 0 {
		t.Fatal("no decision records", err)
	}
	slices.Sort(names)
	index := fileText(t, "docs/adr/README.md")
	for i, name := range names {
		base := filepath.Base(name)
		number := base[:4]
		if want := i + 1; number != fmt.Sprintf("%04d", want) {
			t.Errorf("%s: the number is not the next", base)
		}
		text := fileText(t, "docs/adr/"+base)
		title, _, _ := strings.Cut(text, "\n")
		for _, part := range []string{"# " + number + ". ", "\nStatus: ", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"} {
			if !strings.Contains("\n"+text, part) {
				t.Errorf("%s lacks %q", base, strings.TrimSpace(part))
			}
		}
		if !strings.Contains(index, "("+base+") | "+strings.TrimPrefix(title, "# "+number+". ")+" |") {
			t.Errorf("%s is not listed in docs/adr/README.md by its title", base)
		}
	}
}

// Every module that is imported has its reason written down, and no other.
func TestDependenciesHaveReasons(t *testing.T) {
	t.Parallel()
	record := fileText(t, "docs/adr/0011-dependencies.md")
	direct, _, _ := strings.Cut(fileText(t, "go.mod"), "// indirect")
	for _, found := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(direct, -1) {
		name := strings.TrimPrefix(found[1], "github.com/")
		if !strings.Contains(record, "`"+name+"`") {
			t.Errorf("docs/adr/0011-dependencies.md says nothing of %s", name)
		}
	}
}
