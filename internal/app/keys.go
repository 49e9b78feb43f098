package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"reserva/internal/config"
	"reserva/internal/people/keyring"
)

// signingKeys has access tokens signed and verified with the keys of the database,
// now and whenever they are replaced, until the server stops.
func (a *App) signingKeys(ctx context.Context) error {
	if err := a.ring.Load(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.ring.Watch(ctx, keyring.Reread)
	}()
	a.OnStop("signing keys", func(context.Context) error {
		cancel()
		<-ended
		return nil
	})
	return nil
}

// RotateSigningKeys is for the operator: it adds a key that signs access tokens, for
// every server of the database. With revoke the others are removed at once. It
// returns the new key's id.
func RotateSigningKeys(ctx context.Context, c config.Config, log *slog.Logger, revoke bool) (kid string, err error) {
	root, err := openKeys(c, Options{})
	if err != nil {
		return "", err
	}
	d, end, err := OpenDatabase(ctx, c, log)
	if err != nil {
		return "", err
	}
	kid, err = keyring.New(d, root, nil, log).Rotate(ctx, revoke)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err = errors.Join(err, end(ctx)); err != nil {
		return "", fmt.Errorf("rotate the signing keys: %w", err)
	}
	return kid, nil
}
