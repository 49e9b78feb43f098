package appointments

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/calendar/availability"
	"reserva/internal/calendar/slots"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// errNobodyElse refuses to give a service to somebody else where there is nobody.
var errNobodyElse = ErrSlotTaken.With("Nobody else gives this service at this outlet.").WithExtra(map[string]any{"reason": slots.NotWorking.String()})

// Reassign is the wish that somebody else serves.
type Reassign struct {
	ServiceID id.ID  `json:"service_id" doc:"Which of the appointment's services"`
	Position  *int   `json:"position,omitempty" minimum:"0" maximum:"299" doc:"Its place among the services, from 0; needed where the service was booked more than once"`
	StaffID   *id.ID `json:"staff_id,omitempty" nullable:"true" doc:"Who will serve; anybody else who is qualified and free when absent, and of a team all others. Whoever serves already changes nothing."`
	Version   *int64 `json:"version,omitempty" doc:"The version that was read; another one is refused" example:"1"`
}

// Reassign gives one service of an appointment to another staff member, at the time
// and for the price that it has, also when it should have begun already. The other
// services stay untouched, and so does one that needs nobody. Faults: ErrNotYours for
// those who keep to their own appointments, ErrNoSuchLine, and those of Reschedule.
func (o *Operations) Reassign(ctx context.Context, who access.Staff, appointment id.ID, in Reassign) (Appointment, error) {
	if !who.Can(access.WriteAppointments) && !who.Can(access.WriteAll) {
		return Appointment{}, ErrNotYours
	}
	return o.moving(ctx, who.Tenant, appointment, who, func(ctx context.Context, m *move) (Appointment, error) {
		if err := m.may(in.Version); err != nil {
			return Appointment{}, err
		}
		i, err := m.line(in)
		if err != nil {
			return Appointment{}, err
		}
		return m.reassign(ctx, i, in.StaffID)
	})
}

// serving are all who give a line now: its staff member and the team beside them.
func (l *line) serving() (all []id.ID) {
	if l.StaffID != nil {
		all = append(all, *l.StaffID)
	}
	for _, mate := range l.Team {
		all = append(all, mate.StaffID)
	}
	return all
}

// line finds the one that is meant.
func (m *move) line(in Reassign) (found int, err error) {
	found = -1
	for i, l := range m.lines {
		if l.ServiceID != in.ServiceID || in.Position != nil && *in.Position != i {
			continue
		}
		if found >= 0 {
			return 0, ErrNoSuchLine.With("The service was booked more than once; say which with position.")
		}
		found = i
	}
	if found < 0 {
		return 0, ErrNoSuchLine
	}
	return found, nil
}

func (m *move) reassign(ctx context.Context, i int, to *id.ID) (Appointment, error) {
	l := &m.lines[i]
	serving := l.serving()
	if to != nil && slices.Contains(serving, *to) {
		return view(m.row, m.lines, m.tx.Now()), nil
	}
	m.moved = []int{i}
	starts, loc := l.StartsAt, m.row.location()
	b := m.booking(civil.Of(starts, loc), clockAt(starts, loc), availability.Desk)
	b.keepsTime = true
	if b.Lines[0].Staff = ""; to != nil {
		b.Lines[0].Staff = *to
	}
	p, err := m.ops.read(ctx, m.tx, b)
	if err != nil {
		return Appointment{}, err
	}
	service := p.diary.Service(l.ServiceID)
	switch {
	case to != nil:
	case l.StaffID == nil && !service.NeedsStaff:
		return view(m.row, m.lines, m.tx.Now()), nil
	default:
		b.not = serving // of a team all of them: any may be who cannot come
	}
	// The clock shows some times twice; the line knows which one it means.
	p.start = starts
	p.diary.KeepLengths(l.ServiceID, l.Preparation, l.Duration, l.Cleanup)
	if err := m.decide(ctx, p); err != nil {
		return Appointment{}, err
	}
	if err := m.swap(ctx); err != nil {
		return Appointment{}, err
	}
	return m.end("appointment.reassigned", func(r *row) jobs.Event {
		return ReassignedEvent{AppointmentID: r.ID, Version: r.Version}
	}), nil
}
