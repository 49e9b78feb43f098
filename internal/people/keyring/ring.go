package keyring

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
)

// Reread is how often a server asks for the keys.
const Reread = 30 * time.Second

const (
	// lead is how long a key is known before it signs. It is longer than a server or a
	// reader of the published keys may go without asking.
	lead = 10 * time.Minute
	// publicAge is how long others may keep the published keys.
	publicAge = 5 * time.Minute
	// grace is how long a key verifies after its successor has begun to sign.
	grace = 24 * time.Hour
	// life is how long the newest key is left alone.
	life = 90 * 24 * time.Hour
)

// Ring gives Tokens the keys of the database.
type Ring struct {
	db     *db.DB
	root   *token.Keys
	tokens *token.Tokens
	log    *slog.Logger
}

// New returns the ring of a database, whose keys are sealed under root. Until Load,
// tokens are left as they are.
func New(d *db.DB, root *token.Keys, tokens *token.Tokens, log *slog.Logger) *Ring {
	return &Ring{db: d, root: root, tokens: tokens, log: log}
}

// Load reads the keys and has them used. Where there is none that this server can
// open, it begins with those derived from the root.
func (r *Ring) Load(ctx context.Context) error {
	var keys []token.SigningKey
	err := r.db.PlatformView(ctx, "read signing keys", func(tx *db.Tx) error {
		rows, err := listKeys(ctx, tx)
		keys = r.opened(ctx, rows)
		return err
	})
	if err == nil && len(keys) == 0 {
		keys, err = r.adopt(ctx)
	}
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	r.tokens.Use(keys)
	return nil
}

// adopt stores the derived keys, unless another server has just done so.
func (r *Ring) adopt(ctx context.Context) (keys []token.SigningKey, err error) {
	err = r.db.Platform(ctx, "begin with the derived signing keys", func(tx *db.Tx) error {
		lockKeys(tx)
		rows, err := listKeys(ctx, tx)
		if err != nil {
			return err
		}
		if keys = r.opened(ctx, rows); len(keys) > 0 {
			return nil
		}
		for i, key := range r.root.SigningKeys() {
			key.From = atOnce(tx.Now()).Add(-time.Duration(i) * time.Second)
			insertKey(tx, key, r.sealed(key))
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}

// atOnce is when a key begins to sign that shall do so now, also by the clock of a
// server that is slow.
func atOnce(now time.Time) time.Time { return now.Add(-lead) }

// opened are the keys of the rows that were sealed under the root.
func (r *Ring) opened(ctx context.Context, rows []row) []token.SigningKey {
	keys := []token.SigningKey{}
	for _, one := range rows {
		seed, err := r.root.Open(purpose(one.ID), one.Sealed)
		if err != nil || len(seed) != token.SeedLength {
			r.log.WarnContext(ctx, "a signing key was sealed under other root keys and is not used", "kid", one.ID)
			continue
		}
		keys = append(keys, token.SigningKey{ID: one.ID, Seed: [token.SeedLength]byte(seed), From: one.From})
	}
	return keys
}

func (r *Ring) sealed(key token.SigningKey) []byte { return r.root.Seal(purpose(key.ID), key.Seed[:]) }

func purpose(kid string) string { return "signing key:" + kid }

// Rotate adds a key that follows the others in ten minutes, and returns its id. With
// revoke it signs at once and the others are gone: their tokens are refused as soon
// as a server has read the keys again, within half a minute.
func (r *Ring) Rotate(ctx context.Context, revoke bool) (kid string, err error) {
	err = r.db.Platform(ctx, "rotate the signing keys", func(tx *db.Tx) error {
		lockKeys(tx)
		from := tx.Now().Add(lead)
		if revoke {
			from = atOnce(tx.Now())
			deleteKeys(tx)
		}
		kid = r.add(tx, from)
		return nil
	})
	if err == nil {
		r.log.InfoContext(ctx, "signing keys rotated", "kid", kid, "others_removed", revoke)
	}
	return kid, err
}

// Turn rotates keys that are old, and removes those that no token needs any more. It
// is run at intervals, and may run anywhere.
func (r *Ring) Turn(ctx context.Context) error {
	return r.db.Platform(ctx, "turn the signing keys", func(tx *db.Tx) error {
		lockKeys(tx)
		deleteFollowed(tx, tx.Now().Add(-grace))
		newest := queueNewest(tx)
		if err := tx.Flush(ctx); err != nil {
			return err
		}
		if newest.Found && tx.Now().Sub(newest.Value) >= life {
			r.add(tx, tx.Now().Add(lead))
		}
		return nil
	})
}

// add queues a fresh key that signs from a moment on.
func (r *Ring) add(tx *db.Tx, from time.Time) (kid string) {
	key := token.NewSigningKey(from)
	insertKey(tx, key, r.sealed(key))
	return key.ID
}

// Watch reads the keys again at intervals until ctx ends.
func (r *Ring) Watch(ctx context.Context, every time.Duration) {
	again := time.NewTicker(every)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		if err := r.Load(ctx); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "the signing keys could not be read again", "error", err)
		}
	}
}

// Mount publishes the keys that verify access tokens, as RFC 7517 writes them.
func Mount(mux *http.ServeMux, tokens *token.Tokens) {
	mux.HandleFunc("GET /.well-known/jwks.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d", int(publicAge.Seconds())))
		_ = json.NewEncoder(w).Encode(tokens.Public()) // the client has gone
	})
}
