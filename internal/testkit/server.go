package testkit

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/pgserver"
)

// URLVariable names a server on which the tests may make databases of their own,
// instead of starting one for each package.
const URLVariable = "RESERVA_TEST_DATABASE_URL"

func startDatabase(ctx context.Context) (*database, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if address := os.Getenv(URLVariable); address != "" {
		return createDatabase(ctx, address)
	}
	return startServer(ctx)
}

func startServer(ctx context.Context) (*database, error) {
	template, err := templateFolder(ctx)
	if err != nil {
		return nil, err
	}
	server, err := pgserver.StartFrom(ctx, template, pgserver.Options{Ephemeral: true})
	if err != nil {
		return nil, err
	}
	// The job queue's migrations are not in the template's name; this is quick where nothing is to be done.
	if err := db.Migrate(ctx, server.URL("")); err != nil {
		return nil, errors.Join(err, server.Stop(ctx))
	}
	return &database{url: server.URL(""), stop: server.Stop}, nil
}

// createDatabase makes a database on the server at address, dropped at the end.
func createDatabase(ctx context.Context, address string) (*database, error) {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Scheme == "" {
		return nil, fmt.Errorf("%s is not a URL", URLVariable)
	}
	name := "reserva_test_" + string(id.Random())
	if err := maintain(ctx, address, "CREATE DATABASE "+name); err != nil {
		return nil, err
	}
	drop := func(ctx context.Context) error {
		return maintain(ctx, address, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
	}
	parsed.Path = "/" + name
	if err := db.Migrate(ctx, parsed.String()); err != nil {
		return nil, errors.Join(err, drop(ctx))
	}
	return &database{url: parsed.String(), stop: drop}, nil
}

func maintain(ctx context.Context, address, statement string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("reach %s: %w", URLVariable, err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
