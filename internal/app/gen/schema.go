package gen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/pgserver"
)

// ErrNoDump means that the schema was not written, for want of pg_dump.
var ErrNoDump = errors.New("docs/schema.sql was left as it is: there is no pg_dump beside the server programs")

const schemaHead = `-- The database after all migrations, without the job queue's own tables.
-- Made by ` + "`make gen`" + `; do not edit.

`

// schemaDump migrates an empty database of its own and writes down what became of it.
func schemaDump(ctx context.Context) (_ []byte, err error) {
	bin, err := pgserver.Find()
	if err != nil {
		return nil, err
	}
	dump := filepath.Join(bin, "pg_dump")
	if _, err := os.Stat(dump); err != nil {
		return nil, ErrNoDump
	}
	server, err := pgserver.Start(ctx, pgserver.Options{Ephemeral: true, Bin: bin})
	if err != nil {
		return nil, err
	}
	defer func() {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		err = errors.Join(err, server.Stop(stopCtx))
	}()
	if err := db.Migrate(ctx, server.URL("")); err != nil {
		return nil, err
	}
	said, err := exec.CommandContext(ctx, dump, "--schema-only", "--no-owner", "--exclude-schema="+db.RiverSchema,
		"--exclude-table=goose_db_version*", server.URL("")).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("pg_dump: %w", err)
	}
	return normal(string(said)), nil
}

var (
	// session is what a dump says to the server that reads it, which differs by
	// version: settings, and the guard of psql's against its own commands.
	session = regexp.MustCompile(`(?m)^(SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict.*)$\n?`)
	comment = regexp.MustCompile(`(?m)^--.*$\n?`)
	empty   = regexp.MustCompile(`\n{3,}`)
)

// normal takes out what tells the version of the programs rather than the schema.
func normal(dump string) []byte {
	for _, noise := range []*regexp.Regexp{session, comment} {
		dump = noise.ReplaceAllString(dump, "")
	}
	dump = empty.ReplaceAllString(dump, "\n\n")
	return []byte(schemaHead + strings.TrimSpace(dump) + "\n")
}
