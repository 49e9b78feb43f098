package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"reserva/internal/config"
	"reserva/internal/kit/db"
	"reserva/internal/kit/pgserver"
	"reserva/internal/kit/token"
)

// storage is the migrated database, and the secrets that belong to its content.
type storage struct {
	url    string
	direct string           // past a transaction pooler
	server *pgserver.Server // nil where the operator runs PostgreSQL
	keys   *token.Keys
}

// justStarted tells that no other server can be using the database.
func (s *storage) justStarted() bool { return s.server != nil }

// died is closed when the private PostgreSQL has ended by itself.
func (s *storage) died() <-chan struct{} {
	if s.server == nil {
		return nil
	}
	return s.server.Done()
}

func (s *storage) close(ctx context.Context) error {
	if s.server == nil {
		return nil
	}
	return s.server.Stop(ctx)
}

// openStorage starts or finds the database and migrates it.
func openStorage(ctx context.Context, c config.Config, o Options, log *slog.Logger) (_ *storage, err error) {
	s := &storage{url: c.Database.URL, direct: c.Database.DirectURL}
	if o.DatabaseURL != "" {
		s.url, s.direct = o.DatabaseURL, o.DatabaseURL
	}
	if s.url == "" {
		if s.server, err = pgserver.Start(ctx, pgserver.Options{Dir: c.Data, Log: log}); err != nil {
			return nil, err
		}
		s.url, s.direct = s.server.URL(""), s.server.URL("")
	}
	if s.keys, err = openKeys(c, o); err == nil {
		err = db.Migrate(ctx, s.direct)
	}
	if err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func openKeys(c config.Config, o Options) (*token.Keys, error) {
	switch {
	case o.Keys != nil:
		return o.Keys, nil
	case c.Database.Keys != nil:
		return c.Database.Keys, nil
	case c.Database.KeysFile != "":
		data, err := os.ReadFile(c.Database.KeysFile)
		if err != nil {
			return nil, fmt.Errorf("RESERVA_KEYS_FILE: %w", err)
		}
		keys, err := token.ParseKeys(data)
		if err != nil {
			return nil, fmt.Errorf("RESERVA_KEYS_FILE: %w: %s", err, c.Database.KeysFile)
		}
		return keys, nil
	}
	return token.LoadOrCreate(c.Data)
}

// OpenDatabase is for commands beside a server: it reaches the database of the
// configuration, through the running server's own PostgreSQL where there is one,
// and migrates it. The function that it returns closes everything again.
func OpenDatabase(ctx context.Context, c config.Config, log *slog.Logger) (*db.DB, func(context.Context) error, error) {
	s := &storage{url: c.Database.URL, direct: c.Database.DirectURL}
	if s.url == "" {
		at, err := s.startOrJoin(ctx, c.Data, log)
		if err != nil {
			return nil, nil, err
		}
		s.url, s.direct = at, at
	}
	err := db.Migrate(ctx, s.direct)
	if err == nil {
		var d *db.DB
		if d, err = db.Open(ctx, db.Options{URL: s.url, MaxConns: 4, Log: log}); err == nil {
			return d, func(ctx context.Context) error { d.Close(); return s.close(ctx) }, nil
		}
	}
	return nil, nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
}

func (s *storage) startOrJoin(ctx context.Context, dir string, log *slog.Logger) (string, error) {
	server, err := pgserver.Start(ctx, pgserver.Options{Dir: dir, Log: log})
	if errors.Is(err, pgserver.ErrInUse) {
		return pgserver.Running(dir)
	}
	if err != nil {
		return "", err
	}
	s.server = server
	return server.URL(""), nil
}
