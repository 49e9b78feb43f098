package keyring

import (
	"context"
	"time"

	"reserva/internal/kit/db"
	"reserva/internal/kit/token"
)

// row is a key as it is stored.
type row struct {
	ID     string    `db:"kid"`
	Sealed []byte    `db:"sealed"`
	From   time.Time `db:"signs_from"`
}

func listKeys(ctx context.Context, tx *db.Tx) ([]row, error) {
	return db.All[row](ctx, tx, `
		SELECT kid, sealed, signs_from
		FROM signing_keys
		ORDER BY signs_from DESC, kid`)
}

// lockKeys makes others who would change the keys wait until tx ends.
func lockKeys(tx *db.Tx) {
	tx.Alone("signing keys")
}

// insertKey stores a key; one of that id that was sealed under a lost root goes.
func insertKey(tx *db.Tx, key token.SigningKey, sealed []byte) {
	tx.Exec(`DELETE FROM signing_keys WHERE kid = $1`, key.ID)
	tx.Exec(`
		INSERT INTO signing_keys (kid, sealed, signs_from, created_at)
		VALUES ($1, $2, $3, $4)`, key.ID, sealed, key.From, tx.Now())
}

func deleteKeys(tx *db.Tx) { tx.Exec(`DELETE FROM signing_keys`) }

// deleteFollowed removes keys whose successor has signed since before a moment.
func deleteFollowed(tx *db.Tx, before time.Time) {
	tx.Exec(`
		DELETE FROM signing_keys k
		WHERE EXISTS (
			SELECT 1
			FROM signing_keys later
			WHERE later.signs_from > k.signs_from AND later.signs_from < $1)`, before)
}

// queueNewest asks when the last key was made.
func queueNewest(tx *db.Tx) *db.Result[time.Time] {
	return db.QueueOne[time.Time](tx, `
		SELECT created_at
		FROM signing_keys
		ORDER BY created_at DESC
		LIMIT 1`)
}
