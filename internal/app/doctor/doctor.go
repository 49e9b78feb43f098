// Package doctor looks at what a server needs from its machine and tells what it
// found, so that a start that fails can be understood without reading source. It
// changes nothing.
package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/pgserver"
	"reserva/internal/kit/token"
)

// Finding is one line of the report.
type Finding struct {
	About string
	Bad   bool // the server will not start, or not well
	Text  string
}

// Report is what was found, in the order in which a server would meet it.
type Report []Finding

func (r *Report) good(about, format string, args ...any) {
	*r = append(*r, Finding{About: about, Text: fmt.Sprintf(format, args...)})
}

func (r *Report) bad(about, format string, args ...any) {
	*r = append(*r, Finding{About: about, Bad: true, Text: fmt.Sprintf(format, args...)})
}

// Bad tells whether anything is wrong.
func (r Report) Bad() bool {
	for _, f := range r {
		if f.Bad {
			return true
		}
	}
	return false
}

// Print writes the report for people.
func (r Report) Print(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r {
		mark := "ok"
		if f.Bad {
			mark = "WRONG"
		}
		// What has several lines stays in its column.
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.About, mark, strings.ReplaceAll(f.Text, "\n", "\n\t\t"))
	}
	return table.Flush()
}

// Examine looks at everything. environ is as os.Environ gives it.
func Examine(ctx context.Context, flags config.Flags, environ []string) Report {
	var r Report
	c, err := flags.Parse()
	mode := "development"
	if c.Production {
		mode = "production"
	}
	if err != nil {
		r.bad("settings", "%v", err)
	} else {
		r.good("settings", "%s", mode)
	}
	for _, text := range c.Warnings {
		r.good("  note", "%s", text)
	}
	for _, name := range config.Unknown(environ) {
		r.good("  note", "%s is set and is no setting of ours", name)
	}
	if c.Database.URL == "" {
		r.programs(ctx)
		r.folder(ctx, c.Data)
	} else {
		r.database(ctx, c.Database.DirectURL)
	}
	r.keys(c)
	r.address(ctx, c)
	return r
}

func (r *Report) programs(ctx context.Context) {
	bin, err := pgserver.Find()
	if err != nil {
		r.bad("PostgreSQL", "%v", err)
		return
	}
	said, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		r.bad("PostgreSQL", "%s: %v", bin, err)
		return
	}
	r.good("PostgreSQL", "%s, %s", bin, strings.TrimSpace(string(said)))
}

// folder looks at the private PostgreSQL's, without starting it.
func (r *Report) folder(ctx context.Context, dir string) {
	if dir == "" {
		return // among the settings' mistakes
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.good("data folder", "%s is made at the first start", dir)
		return
	case err != nil:
		r.bad("data folder", "%v", err)
		return
	case !info.IsDir():
		r.bad("data folder", "%s is not a folder", dir)
		return
	}
	version, err := os.ReadFile(filepath.Join(dir, "postgres", "PG_VERSION"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.good("data folder", "%s holds no database yet", dir)
		return
	case err != nil:
		r.bad("data folder", "%v", err)
		return
	}
	r.good("data folder", "%s, made by PostgreSQL %s", dir, strings.TrimSpace(string(version)))
	at, err := pgserver.Running(dir)
	switch {
	case err == nil:
		r.database(ctx, at)
	case errors.Is(err, pgserver.ErrNotRunning):
		r.good("database", "no server runs on the data folder")
	default:
		r.bad("database", "%v", err)
	}
}

func (r *Report) database(ctx context.Context, url string) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	d, err := db.Open(ctx, db.Options{URL: url, MaxConns: 2})
	if err != nil {
		r.bad("database", "%v", err)
		return
	}
	defer d.Close()
	pending, err := d.Pending(ctx)
	switch {
	case err != nil:
		r.good("database", "answers, and holds nothing of ours yet")
	case pending > 0:
		r.good("database", "answers; %d migrations are applied at the next start", pending)
	default:
		r.good("database", "answers, and is up to date")
	}
}

func (r *Report) keys(c config.Config) {
	path := filepath.Join(c.Data, token.KeyFile)
	switch {
	case c.Database.Keys != nil:
		r.good("keys", "from RESERVA_KEYS")
		return
	case c.Database.KeysFile != "":
		path = c.Database.KeysFile
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && c.Database.KeysFile == "" {
		r.good("keys", "%s is made at the first start", path)
		return
	}
	if err == nil {
		_, err = token.ParseKeys(data)
	}
	if err != nil {
		r.bad("keys", "%s: %v", path, err)
		return
	}
	r.good("keys", "%s", path)
}

func (r *Report) address(ctx context.Context, c config.Config) {
	for _, addr := range []string{c.Addr, c.Metrics.Addr} {
		if addr == "" {
			continue
		}
		at, err := net.Listen("tcp", addr)
		switch {
		case err == nil:
			_ = at.Close()
			r.good("address", "%s is free", addr)
		case addr == c.Addr && healthy(ctx, addr):
			r.good("address", "a server answers at %s already", addr)
		default:
			r.bad("address", "%v; another can be chosen with RESERVA_ADDR", err)
		}
	}
}

// healthy tells whether it is a server like this one that has taken an address.
func healthy(ctx context.Context, addr string) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var body struct{ Status string }
	return json.NewDecoder(resp.Body).Decode(&body) == nil && body.Status == "ok"
}
