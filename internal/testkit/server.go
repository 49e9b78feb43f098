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

// pristine is a server with a migrated database that nobody connects to, of which
// the tests' databases are copies.
type pristine struct {
	admin string // connection string of another database, to make copies from
	name  string
	stop  func(ctx context.Context) error
}

func startDatabase(ctx context.Context) (*pristine, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if address := os.Getenv(URLVariable); address != "" {
		return useServer(ctx, address)
	}
	return startServer(ctx)
}

func startServer(ctx context.Context) (*pristine, error) {
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
	return &pristine{admin: server.URL("postgres"), name: pgserver.DefaultDatabase, stop: server.Stop}, nil
}

// useServer makes the pristine database on the server at address, dropped at the end.
func useServer(ctx context.Context, address string) (*pristine, error) {
	if parsed, err := url.Parse(address); err != nil || parsed.Scheme == "" {
		return nil, fmt.Errorf("%s is not a URL", URLVariable)
	}
	p := &pristine{admin: address, name: "reserva_test_" + string(id.Random())}
	p.stop = func(ctx context.Context) error { return p.drop(ctx, p.name) }
	if err := p.execute(ctx, "CREATE DATABASE "+p.name); err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx, p.url(p.name)); err != nil {
		return nil, errors.Join(err, p.stop(ctx))
	}
	return p, nil
}

// copy makes a database with nothing but the schema in it.
func (p *pristine) copy(ctx context.Context) (name string, err error) {
	name = "reserva_test_" + string(id.Random())
	return name, p.execute(ctx, "CREATE DATABASE "+name+" TEMPLATE "+p.name)
}

func (p *pristine) drop(ctx context.Context, name string) error {
	return p.execute(ctx, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func (p *pristine) url(name string) string {
	address, err := url.Parse(p.admin)
	if err != nil {
		return ""
	}
	address.Path = "/" + name
	return address.String()
}

func (p *pristine) execute(ctx context.Context, statement string) error {
	conn, err := pgx.Connect(ctx, p.admin)
	if err != nil {
		return fmt.Errorf("reach the tests' server: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
