package appointments

import (
	"encoding/json"
	"time"

	"reserva/internal/audit"
	"reserva/internal/business/subscriptions"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// write queues all rows of the plan. Occupancies go in ordered by subject and time,
// so that rivals never wait for one another in a circle, and the database counts
// them: one fewer is a lost race.
func (p *plan) write(tx *db.Tx) Appointment {
	p.writeSessions(tx)
	p.writeOccupancies(tx)
	r := p.row(tx.Now())
	r.TenantID = tx.Tenant()
	insertAppointment(tx, &r)
	p.writeLines(tx)
	lines := p.stored(r.ID)
	made := view(&r, lines, tx.Now())
	if p.booking.Offer {
		audit.Record(tx, p.booking.By, "appointment.offered", "appointment", r.ID, nil, auditView(&r, lines))
		return made
	}
	audit.Record(tx, p.booking.By, "appointment.booked", "appointment", r.ID, nil, auditView(&r, lines))
	jobs.Publish(tx, BookedEvent{AppointmentID: r.ID})
	publishStanding(tx, &r)
	return made
}

// publishStanding tells whether a new appointment stands already.
func publishStanding(tx *db.Tx, r *row) {
	if r.Status == Confirmed {
		jobs.Publish(tx, ConfirmedEvent{AppointmentID: r.ID})
	} else {
		jobs.Publish(tx, HeldEvent{AppointmentID: r.ID})
	}
}

// stillThere queues a last look at what the booking stands on. Our rows hold locks
// on the outlet, the staff and the services by now, so whoever removes one either
// waits for us and sees the appointment, or was faster and is seen here.
func (p *plan) stillThere(tx *db.Tx) {
	var members, unlocked []string
	for i := range p.lines {
		team := texts(p.lines[i].team)
		members = append(members, team...)
		unlocked = append(unlocked, team[min(len(team), 1):]...)
	}
	if len(unlocked) > 0 { // of a team, our rows name the first
		tx.Exec(`
			SELECT id FROM staff WHERE tenant_id = $1 AND id = ANY ($2) ORDER BY id FOR KEY SHARE`, tx.Tenant(), unlocked)
	}
	tx.Expect(1, "booking_basis", `
		SELECT 1 FROM outlets o
		WHERE o.tenant_id = $1 AND o.id = $2 AND o.deleted_at IS NULL AND o.status = 'active' AND o.timezone = $5
			AND (SELECT bool_and((
				SELECT s.is_active AND s.deleted_at IS NULL
				FROM staff s
				JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = m.id AND so.outlet_id = $2
				WHERE s.tenant_id = $1 AND s.id = m.id) IS TRUE) FROM unnest($3::text[]) AS m (id)) IS NOT FALSE
			AND (SELECT bool_and((
				SELECT v.is_active AND v.deleted_at IS NULL
				FROM services v
				WHERE v.tenant_id = $1 AND v.id = m.id) IS TRUE) FROM unnest($4::text[]) AS m (id)) IS NOT FALSE`,
		tx.Tenant(), p.booking.Outlet, members, texts(p.booking.services()), p.diary.Location.String())
	p.resourcesStillThere(tx)
}

// count queues the plan's monthly counter: the last statement before COMMIT, since
// all bookings of a tenant meet there.
func (p *plan) count(tx *db.Tx) {
	subscriptions.CountAppointment(tx, p.plan.Month(tx.Now()), p.plan.Limits().AppointmentsPerMonth)
}

func (p *plan) writeSessions(tx *db.Tx) {
	for i := range p.lines {
		l := &p.lines[i]
		if l.joins {
			continue
		}
		tx.Exec(`
			INSERT INTO sessions (tenant_id, id, outlet_id, service_id, subject_keys, resource_keys, starts_at, ends_at, busy, capacity, created_at)
			VALUES ($1, $2, $3, $4, $5, coalesce($6::bigint[], '{}'), $7, $8, $9::tstzmultirange, $10, $11)`,
			tx.Tenant(), l.session, p.booking.Outlet, l.service.ID, l.keys, l.resources, l.start, l.start.Add(l.blocks()), l.busy(), l.capacity, tx.Now())
	}
}

func (p *plan) writeOccupancies(tx *db.Tx) {
	var keys []int64
	var from, to []time.Time
	var sessions []string
	for i := range p.lines {
		l := &p.lines[i]
		if l.joins {
			continue
		}
		for _, c := range l.claims() {
			for _, s := range c.spans {
				keys, from, to = append(keys, c.key), append(from, s.From), append(to, s.To)
				sessions = append(sessions, string(l.session))
			}
		}
	}
	if len(keys) == 0 {
		return
	}
	tx.Expect(int64(len(keys)), "occupancies_no_overlap", `
		INSERT INTO occupancies (tenant_id, subject_key, busy_from, busy_to, session_id, lapses_at)
		SELECT $1, o.key, o.busy_from, o.busy_to, o.session, $6
		FROM unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[]) AS o (key, busy_from, busy_to, session)
		ORDER BY o.key, o.busy_from
		ON CONFLICT ON CONSTRAINT occupancies_no_overlap DO NOTHING
		RETURNING 1`, tx.Tenant(), keys, from, to, sessions, p.hold)
}

func (p *plan) row(now time.Time) row {
	b := p.booking
	policy, _ := json.Marshal(p.promise)
	r := row{
		ID: b.ID, OutletID: b.Outlet, CustomerID: p.customer.ID, Status: p.status, PaymentStatus: PaymentPending,
		Type: b.Type, Source: b.Source, StartsAt: p.start, EndsAt: p.end, TotalPrice: p.total, Currency: p.currency,
		Notes: b.Notes, Policy: policy, HoldUntil: p.hold, Guest: b.Guest, Version: 1, CreatedAt: now, UpdatedAt: now,
		Timezone: p.diary.Location.String(), CustomerName: p.customer.Name, CustomerEmail: p.customer.Email, CustomerPhone: p.customer.Phone,
	}
	r.Fee = p.plan.Fee
	if p.total == 0 {
		r.PaymentStatus = PaymentNotRequired
	}
	if p.status == Confirmed {
		r.ConfirmedAt = &now
	}
	if actor := id.ID(b.By.ActorID()); actor.Valid() {
		r.CreatedByID = &actor
	}
	if b.BookingType != "" {
		r.BookingType = &b.BookingType
	}
	if b.PaymentPreference != "" {
		r.PaymentPreference = &b.PaymentPreference
	}
	return r
}

func insertAppointment(tx *db.Tx, r *row) {
	tx.Exec(`
		INSERT INTO appointments (tenant_id, id, outlet_id, customer_id, status, payment_status, appointment_type, source,
			starts_at, ends_at, total_price, currency, notes, policy, hold_until, confirmed_at, created_by_id,
			guest, booking_type, payment_preference, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $21)`,
		tx.Tenant(), r.ID, r.OutletID, r.CustomerID, string(r.Status), r.PaymentStatus, r.Type, r.Source,
		r.StartsAt, r.EndsAt, r.TotalPrice, r.Currency, r.Notes, r.Policy, r.HoldUntil, r.ConfirmedAt, r.CreatedByID,
		r.Guest, r.BookingType, r.PaymentPreference, r.CreatedAt)
}

func (p *plan) writeLines(tx *db.Tx) {
	for i := range p.lines {
		l := &p.lines[i]
		tx.Exec(`
			INSERT INTO appointment_lines (tenant_id, id, appointment_id, position, customer_id, service_id, staff_id, service_name, staff_name,
				price, price_source, duration_minutes, preparation_minutes, cleanup_minutes, starts_at, ends_at,
				session_id, seat, capacity, lapses_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
			tx.Tenant(), l.id, p.booking.ID, i, p.customer.ID, l.service.ID, l.staff, l.service.Name, l.staffName,
			l.price, l.source, l.duration, l.service.Preparation, l.service.Cleanup, l.start, l.end,
			l.session, l.seat, l.capacity, p.hold)
	}
}

// stored are the lines as a later read returns them.
func (p *plan) stored(appointment id.ID) []line {
	out := make([]line, len(p.lines))
	for i := range p.lines {
		l := &p.lines[i]
		out[i] = line{
			ID: l.id, AppointmentID: appointment, Position: i, ServiceID: l.service.ID, StaffID: l.staff,
			ServiceName: l.service.Name, StaffName: l.staffName, Price: l.price, Duration: l.duration,
			Preparation: l.service.Preparation, Cleanup: l.service.Cleanup, StartsAt: l.start, EndsAt: l.end, Team: p.teamOf(l),
		}
	}
	return out
}
