package waitlist

import (
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// lockCustomer queues the lock of a customer who has not been deleted.
func lockCustomer(tx *db.Tx, customer id.ID) *db.Result[id.ID] {
	return db.QueueOne[id.ID](tx, `
		SELECT id FROM customers WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL FOR NO KEY UPDATE`, tx.Tenant(), customer)
}

func countOpen(tx *db.Tx, customer id.ID) *db.Result[int] {
	return db.QueueOne[int](tx, `
		SELECT count(*) FROM waitlist_wishes
		WHERE tenant_id = $1 AND customer_id = $2 AND status IN ('waiting', 'offered')`, tx.Tenant(), customer)
}

func queueMember(tx *db.Tx, staff id.ID) *db.Result[id.ID] {
	return db.QueueOne[id.ID](tx, `
		SELECT id FROM staff WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), staff)
}

// busyRow is when a customer has something else to do here.
type busyRow struct {
	Customer id.ID     `db:"customer_id"`
	From     time.Time `db:"starts_at"`
	To       time.Time `db:"ends_at"`
}

// queueBusy reads what customers have booked, or are offered, around some dates.
func queueBusy(tx *db.Tx, customers []id.ID, from, to civil.Date) *db.Results[busyRow] {
	return db.QueueAll[busyRow](tx, `
		SELECT customer_id, starts_at, ends_at
		FROM appointments
		WHERE tenant_id = $1 AND customer_id = ANY($2)
			AND starts_at >= $3::date - interval '1 day' AND starts_at < $4::date + interval '2 days'
			AND (status IN ('confirmed', 'in_progress') OR status = 'pending' AND (hold_until IS NULL OR hold_until > $5))`,
		tx.Tenant(), texts(customers), from, to, tx.Now())
}

func insertWish(tx *db.Tx, wish id.ID, j *joining) {
	var staff *id.ID
	if j.staff != "" {
		staff = &j.staff
	}
	tx.Exec(`
		INSERT INTO waitlist_wishes (tenant_id, id, outlet_id, customer_id, service_id, staff_id,
			date_from, date_to, time_from, time_to, source, status, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', $12, $12)`,
		tx.Tenant(), wish, j.in.OutletID, j.customer, j.service, staff, j.from, j.to, int(j.after), int(j.before), j.source, tx.Now())
}

// guard is the Conflict of a wish or an offer that somebody else changed meanwhile.
const guard = "waitlist_changed"

// setWish queues the move of a wish from one state to another; the transaction fails
// with a Conflict on guard where it is not in the first.
func setWish(tx *db.Tx, wish id.ID, from, to string) {
	var ended *time.Time
	if to != Waiting && to != Offered {
		now := tx.Now()
		ended = &now
	}
	tx.Expect(1, guard, `
		UPDATE waitlist_wishes
		SET status = $4, ended_at = $5, updated_at = $6
		WHERE tenant_id = $1 AND id = $2 AND status = $3
		RETURNING 1`, tx.Tenant(), wish, from, to, ended, tx.Now())
}

// insertOffer queues the offer of an appointment that is written in the same
// transaction.
func insertOffer(tx *db.Tx, offer, wish, appointment id.ID) {
	tx.Expect(1, guard, `
		INSERT INTO waitlist_offers (tenant_id, id, wish_id, appointment_id, starts_at, ends_at, offered_at, expires_at)
		SELECT $1, $2, $3, id, starts_at, ends_at, $5, hold_until
		FROM appointments
		WHERE tenant_id = $1 AND id = $4
		RETURNING 1`, tx.Tenant(), offer, wish, appointment, tx.Now())
}

// endOffer queues the end of an open offer; the transaction fails with a Conflict on
// guard where it is not open.
func endOffer(tx *db.Tx, offer id.ID, outcome string, at time.Time) {
	tx.Expect(1, guard, `
		UPDATE waitlist_offers
		SET outcome = $3, ended_at = $4
		WHERE tenant_id = $1 AND id = $2 AND outcome IS NULL
		RETURNING 1`, tx.Tenant(), offer, outcome, at)
}
