package appointments

import (
	"context"

	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// columns of row, from appointments a, outlets o and customers c. A guest's own
// words stand before the customer record's.
const columns = `
	a.id, a.tenant_id, a.outlet_id, a.customer_id, a.status, a.payment_status, a.appointment_type, a.source, a.starts_at, a.ends_at,
	a.total_price, a.paid_amount, a.currency, a.notes, a.completion_notes, a.policy, a.hold_until,
	a.cancelled_by, a.cancellation_reason, a.cancelled_at, a.confirmed_at, a.started_at, a.completed_at, a.created_by_id,
	a.rescheduled_at, a.rescheduled_from, a.customer_moves, a.reschedule_reason,
	a.guest, a.booking_type, a.payment_preference, a.verified_at, a.accepted_at, a.version, a.created_at, a.updated_at,
	o.timezone, coalesce(a.guest ->> 'name', trim(c.first_name || ' ' || c.last_name)) AS customer_name,
	coalesce(a.guest ->> 'email', c.email) AS customer_email, coalesce(a.guest ->> 'phone', c.phone) AS customer_phone,` + moneyColumns

const fromAppointments = `
	FROM appointments a
	JOIN outlets o ON o.tenant_id = $1 AND o.id = a.outlet_id
	JOIN customers c ON c.tenant_id = $1 AND c.id = a.customer_id`

const lineColumns = `id, appointment_id, position, service_id, staff_id, service_name, staff_name, price,
	duration_minutes, preparation_minutes, cleanup_minutes, starts_at, ends_at, ` + teamColumn

// lock reads an appointment and its lines, the appointment locked.
func lock(ctx context.Context, tx *db.Tx, appointment id.ID) (*row, []line, error) {
	r := db.QueueOne[row](tx, `SELECT `+columns+fromAppointments+`
		WHERE a.tenant_id = $1 AND a.id = $2
		FOR UPDATE OF a`, tx.Tenant(), appointment)
	return readLines(ctx, tx, r, appointment)
}

// find reads an appointment and its lines.
func find(ctx context.Context, tx *db.Tx, appointment id.ID) (*row, []line, error) {
	r := db.QueueOne[row](tx, `SELECT `+columns+fromAppointments+`
		WHERE a.tenant_id = $1 AND a.id = $2`, tx.Tenant(), appointment)
	return readLines(ctx, tx, r, appointment)
}

func readLines(ctx context.Context, tx *db.Tx, r *db.Result[row], appointment id.ID) (*row, []line, error) {
	lines := db.QueueAll[line](tx, `
		SELECT `+lineColumns+`
		FROM appointment_lines
		WHERE tenant_id = $1 AND appointment_id = $2
		ORDER BY position`, tx.Tenant(), appointment)
	if err := tx.Flush(ctx); err != nil {
		return nil, nil, err
	}
	if !r.Found {
		return nil, nil, ErrNotFound
	}
	return &r.Value, lines.Rows, nil
}

// linesOf reads the lines of several appointments, by appointment.
func linesOf(ctx context.Context, tx *db.Tx, rows []row) (map[id.ID][]line, error) {
	ids := make([]string, len(rows))
	for i := range rows {
		ids[i] = string(rows[i].ID)
	}
	all, err := db.All[line](ctx, tx, `
		SELECT `+lineColumns+`
		FROM appointment_lines
		WHERE tenant_id = $1 AND appointment_id = ANY($2)
		ORDER BY appointment_id, position`, tx.Tenant(), ids)
	if err != nil {
		return nil, err
	}
	by := make(map[id.ID][]line, len(rows))
	for _, l := range all {
		by[l.AppointmentID] = append(by[l.AppointmentID], l)
	}
	return by, nil
}

// save writes what a transition may change, and raises the version.
func save(tx *db.Tx, r *row) {
	r.UpdatedAt = tx.Now()
	tx.Expect(1, "appointments_version", `
		UPDATE appointments
		SET status = $3, payment_status = $4, paid_amount = $5, notes = $6, completion_notes = $7, hold_until = $8,
			cancelled_by = $9, cancellation_reason = $10, cancelled_at = $11, confirmed_at = $12, started_at = $13,
			completed_at = $14, verified_at = $15, starts_at = $16, ends_at = $17, rescheduled_at = $18, rescheduled_from = $19,
			customer_moves = $20, reschedule_reason = $21, accepted_at = $24, version = version + 1, updated_at = $22
		WHERE tenant_id = $1 AND id = $2 AND version = $23
		RETURNING 1`,
		tx.Tenant(), r.ID, string(r.Status), r.PaymentStatus, r.PaidAmount, r.Notes, r.CompletionNotes, r.HoldUntil,
		r.CancelledBy, r.CancellationReason, r.CancelledAt, r.ConfirmedAt, r.StartedAt,
		r.CompletedAt, r.VerifiedAt, r.StartsAt, r.EndsAt, r.RescheduledAt, r.RescheduledFrom, r.CustomerMoves,
		r.RescheduleReason, r.UpdatedAt, r.Version, r.AcceptedAt)
	r.Version++
}

// keepSeats turns the hold of an appointment into a booking. If a seat was given up
// in the meantime the transaction fails with a Conflict on "hold_lapsed".
func keepSeats(tx *db.Tx, appointment id.ID, lines int) {
	tx.Expect(int64(lines), "hold_lapsed", `
		UPDATE appointment_lines SET lapses_at = NULL
		WHERE tenant_id = $1 AND appointment_id = $2 AND seat IS NOT NULL
		RETURNING 1`, tx.Tenant(), appointment)
	tx.Exec(`
		UPDATE occupancies SET lapses_at = NULL
		WHERE tenant_id = $1 AND lapses_at IS NOT NULL
			AND session_id IN (SELECT l.session_id FROM appointment_lines l WHERE l.tenant_id = $1 AND l.appointment_id = $2)`,
		tx.Tenant(), appointment)
}

// releaseSeats gives the seats of an appointment back, and removes the sessions
// that nobody is left in. The sessions are locked first, so that the last to leave
// and the next to join see each other.
func releaseSeats(ctx context.Context, tx *db.Tx, appointment id.ID) error {
	sessions, err := db.All[id.ID](ctx, tx, `
		SELECT s.id
		FROM sessions s
		WHERE s.tenant_id = $1
			AND s.id IN (SELECT l.session_id FROM appointment_lines l WHERE l.tenant_id = $1 AND l.appointment_id = $2)
		ORDER BY s.id
		FOR UPDATE`, tx.Tenant(), appointment)
	if err != nil || len(sessions) == 0 {
		return err
	}
	tx.Exec(`
		UPDATE appointment_lines
		SET session_id = NULL, seat = NULL, capacity = NULL, lapses_at = NULL
		WHERE tenant_id = $1 AND appointment_id = $2`, tx.Tenant(), appointment)
	removeEmptySessions(tx, sessions)
	return nil
}
