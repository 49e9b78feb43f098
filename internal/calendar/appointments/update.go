package appointments

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/kit/id"
)

// Update is what the desk may change of an appointment by itself.
type Update struct {
	Notes   *string `json:"notes,omitempty" maxLength:"500"`
	Status  *string `json:"status,omitempty" enum:"confirmed,in_progress,completed,no_show" doc:"Only along the lifecycle; cancel with DELETE, which wants a reason"`
	Version *int64  `json:"version,omitempty" doc:"The version that was read; another one is refused"`
}

// Change writes notes and moves the status, legal transitions only. What is completed
// or cancelled is not changed any more, and what says nothing new changes nothing.
// Faults: ErrStale beside those of the transition.
func (o *Operations) Change(ctx context.Context, who access.Staff, appointment id.ID, in Update) (Appointment, error) {
	return o.change(ctx, who.Tenant, who, appointment, func(ctx context.Context, c *change) (Appointment, error) {
		if in.Version != nil && *in.Version != c.row.Version {
			return Appointment{}, ErrStale
		}
		now := c.tx.Now()
		status := c.row.effective(now)
		same := in.Status == nil || Status(*in.Status) == status
		if same && (in.Notes == nil || *in.Notes == c.row.Notes) {
			return view(c.row, c.lines, now), nil
		}
		if c.row.lapsed(now) {
			return Appointment{}, ErrHoldLapsed
		}
		if status == Completed || status == Cancelled {
			return Appointment{}, ErrTransition.With("An appointment that is %s cannot be changed.", status)
		}
		if in.Notes != nil {
			c.row.Notes = *in.Notes
		}
		if same {
			return c.end("appointment.updated", nil), nil
		}
		switch next := Status(*in.Status); next {
		case Confirmed:
			if err := c.confirm(); err != nil {
				return Appointment{}, err
			}
			return c.end("appointment.confirmed", ConfirmedEvent{AppointmentID: c.row.ID}), nil
		case Completed:
			return c.complete("")
		case NoShowed:
			return c.noShow(ctx, "")
		default:
			return c.start()
		}
	})
}
