package subscriptions

import (
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// QueueLockedIn is QueueLocked for a platform transaction, which belongs to no
// tenant.
func QueueLockedIn(tx *db.Tx, tenant id.ID) *db.Result[Current] {
	return db.QueueOne[Current](tx, currentSQL+` FOR UPDATE OF s`, tenant)
}
