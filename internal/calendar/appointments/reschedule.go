package appointments

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// Reschedule is the wish to move an appointment.
type Reschedule struct {
	NewDate civil.Date  `json:"new_date" doc:"At the outlet"`
	NewTime civil.Clock `json:"new_time" doc:"Begin of the preparation, wall clock of the outlet" example:"15:00"`
	Reason  string      `json:"reason,omitempty" maxLength:"500" example:"The customer is delayed."`
	Version *int64      `json:"version,omitempty" doc:"The version that was read; another one is refused" example:"1"`
}

// maxCustomerMoves is how often customers move an appointment by themselves.
const maxCustomerMoves = 3

// Reschedule moves an appointment that is pending or confirmed. Staff, services and
// prices stay; only a staff member who does not give the service there any more is
// replaced by anybody who does. It may begin while it now runs. A move to where it is
// changes nothing. Faults: those of Book, ErrNotFound, ErrStale, ErrTransition,
// ErrHoldLapsed.
func (o *Operations) Reschedule(ctx context.Context, who access.Staff, appointment id.ID, in Reschedule) (Appointment, error) {
	return o.moving(ctx, who.Tenant, appointment, who, func(ctx context.Context, m *move) (Appointment, error) {
		return m.reschedule(ctx, in, availability.Desk)
	})
}

// RescheduleOwn is Reschedule by its customer: within notice and horizon, at most
// three times (ErrMovedTooOften), and a confirmed one only until the hours that were
// promised for cancelling (ErrTooLateToMove).
func (o *Operations) RescheduleOwn(ctx context.Context, who access.Customer, appointment id.ID, in Reschedule) (Appointment, error) {
	return o.moving(ctx, who.Tenant, appointment, who, func(ctx context.Context, m *move) (Appointment, error) {
		return m.reschedule(ctx, in, availability.Online)
	})
}

func (m *move) reschedule(ctx context.Context, in Reschedule, audience availability.Audience) (Appointment, error) {
	if err := m.may(in.Version); err != nil {
		return Appointment{}, err
	}
	now, loc := m.tx.Now(), m.row.location()
	from := m.row.moment(loc)
	if from.Date == in.NewDate && from.StartTime == in.NewTime {
		return view(m.row, m.lines, now), nil
	}
	if audience == availability.Online {
		if err := m.mayCustomer(); err != nil {
			return Appointment{}, err
		}
		m.row.CustomerMoves++
	}
	for i := range m.lines {
		m.moved = append(m.moved, i)
	}
	p, err := m.read(ctx, m.booking(in.NewDate, in.NewTime, audience))
	if err != nil {
		return Appointment{}, err
	}
	if err := m.decide(ctx, p); err != nil {
		return Appointment{}, err
	}
	if err := m.swap(ctx); err != nil {
		return Appointment{}, err
	}
	m.row.RescheduledFrom, _ = json.Marshal(from)
	m.row.StartsAt, m.row.EndsAt, m.row.RescheduledAt, m.row.RescheduleReason = p.start, p.end, &now, strings.TrimSpace(in.Reason)
	return m.end("appointment.rescheduled", func(r *row) jobs.Event {
		return RescheduledEvent{AppointmentID: r.ID, At: now}
	}), nil
}

// mayCustomer holds the promise that was made at booking. What waits for payment can
// be moved until it begins.
func (m *move) mayCustomer() error {
	notice := m.row.cancellationNotice()
	if m.row.Status == Pending {
		notice = 0
	}
	switch {
	case m.tx.Now().After(m.row.StartsAt.Add(-notice)):
		return ErrTooLateToMove
	case m.row.CustomerMoves >= maxCustomerMoves:
		return ErrMovedTooOften
	}
	return nil
}

// read reads the diary of the new date. Whoever does not give a service there any
// more is not asked for.
func (m *move) read(ctx context.Context, b *Booking) (*plan, error) {
	p, err := m.ops.read(ctx, m.tx, b)
	if err != nil {
		return nil, err
	}
	replaced := false
	for i := range b.Lines {
		l := &b.Lines[i]
		if l.Staff == "" {
			continue
		}
		if _, err := p.diary.Leg(0, l.Service, l.Staff); !errors.Is(err, availability.ErrStaffNotQualified) {
			continue
		}
		gives, err := stillGives(ctx, m.tx, b.Outlet, l)
		switch {
		case err != nil:
			return nil, err
		case !gives || !p.diary.Service(l.Service).NeedsStaff:
			l.Staff, replaced = "", true
		case p.diary.StaffName(l.Staff) != "":
			return nil, ErrOutsideWindow // further ahead than this member is booked
		}
	}
	if !replaced {
		return p, nil
	}
	return m.ops.read(ctx, m.tx, b)
}

// stillGives tells whether a staff member gives a service at an outlet, whether or
// not they can be booked at the moment.
func stillGives(ctx context.Context, tx *db.Tx, outlet id.ID, l *BookingLine) (bool, error) {
	return db.One[bool](ctx, tx, `
		SELECT EXISTS (
			SELECT 1
			FROM staff s
			JOIN staff_outlets so ON so.tenant_id = $1 AND so.staff_id = s.id AND so.outlet_id = $3
			JOIN staff_services ss ON ss.tenant_id = $1 AND ss.staff_id = s.id AND ss.service_id = $4
			WHERE s.tenant_id = $1 AND s.id = $2 AND s.deleted_at IS NULL AND s.is_active)`, tx.Tenant(), l.Staff, outlet, l.Service)
}
