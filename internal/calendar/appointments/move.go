package appointments

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// move is one attempt to give lines of an appointment other seats. It reads and
// decides without a lock, as a booking does; the version says afterwards whether the
// appointment still is what was read. So everything is locked in the written order,
// and nobody waits while the engine thinks.
type move struct {
	ops   *Operations
	tx    *db.Tx
	who   access.Actor
	row   *row
	lines []line
	moved []int // which of the lines
	old   auditEntry
	plan  *plan
}

// moving repeats fn, in a transaction each time, while others are faster: who lost
// reads again, and may find the appointment changed or the time taken.
func (o *Operations) moving(ctx context.Context, tenant, appointment id.ID, who access.Actor,
	fn func(context.Context, *move) (Appointment, error)) (out Appointment, err error) {
	for lost := 0; ; lost++ {
		err = o.db.Update(ctx, tenant, func(tx *db.Tx) error {
			tx.PlanOnce()
			availability.Keep(tx)
			r, lines, err := find(ctx, tx, appointment)
			if err != nil {
				return err
			}
			if err := visible(ctx, tx, who, r, lines); err != nil {
				return err
			}
			out, err = fn(ctx, &move{ops: o, tx: tx, who: who, row: r, lines: lines, old: auditView(r, lines)})
			return err
		})
		switch {
		case err == nil:
			return out, nil
		case db.IsConflict(err, "appointment_lines_same_customer"):
			return Appointment{}, ErrAlreadyBooked
		case !lostRace(err) && !db.IsConflict(err, "appointments_version"):
			return Appointment{}, err
		case lost == maxAttempts-1:
			return Appointment{}, ErrSlotTaken.WithExtra(map[string]any{"reason": "booking_conflict"})
		}
	}
}

// may refuses what cannot be moved: another version than the caller read, and
// whatever has begun or ended.
func (m *move) may(version *int64) error {
	now := m.tx.Now()
	switch status := m.row.effective(now); {
	case version != nil && *version != m.row.Version:
		return ErrStale
	case m.row.lapsed(now):
		return ErrHoldLapsed
	case m.row.offered(now):
		return ErrOffered
	case status != Pending && status != Confirmed:
		return ErrTransition.With("An appointment that is %s cannot be moved.", status)
	}
	return nil
}

// booking asks for the moved lines as a booking would, with those who serve now.
func (m *move) booking(date civil.Date, start civil.Clock, audience availability.Audience) *Booking {
	b := &Booking{
		ID: m.row.ID, Outlet: m.row.OutletID, Customer: m.row.CustomerID, Date: date, Start: start, Audience: audience, By: m.who,
	}
	for _, i := range m.moved {
		l := BookingLine{Service: m.lines[i].ServiceID}
		if m.lines[i].StaffID != nil {
			l.Staff = *m.lines[i].StaffID
		}
		b.Lines = append(b.Lines, l)
		b.without = append(b.without, m.lines[i].ID)
	}
	return b
}

// decide asks the engine, as if the moved lines had no seats yet. A refusal counts
// only if the appointment still is what was read: its own seats are among what was
// left out.
func (m *move) decide(ctx context.Context, p *plan) error {
	m.plan = p
	if err := p.assign(); err != nil {
		return m.unlessChanged(ctx, err)
	}
	for n, i := range m.moved {
		p.lines[n].id, p.lines[n].price = m.lines[i].ID, m.lines[i].Price
	}
	return nil
}

func (m *move) unlessChanged(ctx context.Context, refused error) error {
	version, err := db.One[int64](ctx, m.tx, `
		SELECT version FROM appointments WHERE tenant_id = $1 AND id = $2`, m.tx.Tenant(), m.row.ID)
	switch {
	case err != nil:
		return err
	case version != m.row.Version:
		return &db.Conflict{Constraint: "appointments_version"}
	case errors.Is(refused, availability.ErrStaffNotQualified):
		return knownStaff(ctx, m.tx, m.plan.booking)
	}
	return refused
}

// swap gives the seats back and takes the new ones. The session that both are in is
// left and joined again.
func (m *move) swap(ctx context.Context) error {
	if m.plan.hold = m.row.HoldUntil; !m.plan.booking.keepsTime {
		m.plan.hold = m.row.holdAfter(m.plan.start, m.tx.Now())
	}
	held, _ := m.plan.diary.Held()
	m.lock()
	m.tx.Exec(`
		UPDATE appointment_lines
		SET session_id = NULL, seat = NULL, capacity = NULL, lapses_at = NULL
		WHERE tenant_id = $1 AND id = ANY ($2)`, m.tx.Tenant(), texts(m.plan.booking.without))
	clearLapsedSeats(m.tx, held)
	if err := m.plan.takeSeats(ctx, m.tx); err != nil {
		return err
	}
	m.plan.writeSessions(m.tx)
	m.plan.writeOccupancies(m.tx)
	m.writeLines()
	return nil
}

// lock queues the locks in the written order. Moves of one staff member follow one
// another by the lock of the subject, or two that want each other's time would wait
// in a circle; bookings do not wait for it.
func (m *move) lock() {
	tx, p := m.tx, m.plan
	sessions, keys := p.diary.Held()
	sessions = append(sessions, p.lapsed()...)
	var staff []string
	for i := range p.lines {
		l := &p.lines[i]
		keys = append(append(keys, l.keys...), l.resources...)
		if l.joins {
			sessions = append(sessions, l.session)
		}
		if l.staff != nil {
			staff = append(staff, string(*l.staff))
		}
	}
	tx.Exec(`
		SELECT id FROM outlets WHERE tenant_id = $1 AND id = $2 FOR KEY SHARE`, tx.Tenant(), m.row.OutletID)
	tx.Exec(`
		SELECT id FROM staff WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR KEY SHARE`, tx.Tenant(), staff)
	tx.Expect(1, "appointments_version", `
		SELECT id FROM appointments WHERE tenant_id = $1 AND id = $2 AND version = $3 FOR UPDATE`, tx.Tenant(), m.row.ID, m.row.Version)
	tx.Exec(`
		SELECT id FROM sessions WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR UPDATE`, tx.Tenant(), texts(sessions))
	tx.Exec(`
		SELECT key FROM subjects WHERE tenant_id = $1 AND key = ANY ($2) ORDER BY key FOR NO KEY UPDATE`, tx.Tenant(), keys)
}

// writeLines queues the lines with their new seats. What they cost stays.
func (m *move) writeLines() {
	for n, i := range m.moved {
		l := &m.plan.lines[n]
		m.tx.Expect(1, "appointments_version", `
			UPDATE appointment_lines
			SET staff_id = $3, staff_name = $4, duration_minutes = $5, preparation_minutes = $6, cleanup_minutes = $7,
				starts_at = $8, ends_at = $9, session_id = $10, seat = $11, capacity = $12, lapses_at = $13
			WHERE tenant_id = $1 AND id = $2
			RETURNING 1`, m.tx.Tenant(), l.id, l.staff, l.staffName, l.duration, l.service.Preparation, l.service.Cleanup,
			l.start, l.end, l.session, l.seat, l.capacity, m.plan.hold)
		stored := &m.lines[i]
		stored.StaffID, stored.StaffName, stored.StartsAt, stored.EndsAt = l.staff, l.staffName, l.start, l.end
		stored.Duration, stored.Preparation, stored.Cleanup = l.duration, l.service.Preparation, l.service.Cleanup
		stored.Team = m.plan.teamOf(l)
	}
}

// end queues the appointment itself, its audit entry and its event.
func (m *move) end(action string, event func(*row) jobs.Event) Appointment {
	m.row.HoldUntil = m.plan.hold
	save(m.tx, m.row)
	audit.Record(m.tx, m.who, action, "appointment", m.row.ID, m.old, auditView(m.row, m.lines))
	jobs.Publish(m.tx, event(m.row))
	m.plan.stillThere(m.tx)
	return view(m.row, m.lines, m.tx.Now())
}

// holdAfter is until when a pending appointment is held once it begins at start: as
// a new booking of the day that it was made would be, or that the waitlist's offer was
// accepted. What waits for a guest's word is not held any longer by a move.
func (r *row) holdAfter(start, now time.Time) *time.Time {
	if r.Status != Pending || r.HoldUntil == nil {
		return nil
	}
	until := r.CreatedAt.Add(defaultHold)
	if r.AcceptedAt != nil {
		until = r.AcceptedAt.Add(defaultHold)
	}
	latest := start.Add(-time.Duration(r.promise().MinNoticeMinutes) * time.Minute)
	if guest := r.Source == "booki_guest"; guest || !latest.After(now) {
		latest = start
		if guest {
			until = *r.HoldUntil
		}
	}
	if latest.Before(until) {
		until = latest
	}
	return &until
}
