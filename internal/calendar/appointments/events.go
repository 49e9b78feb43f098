package appointments

import (
	"time"

	"reserva/internal/kit/id"
)

// BookedEvent is published with each new appointment, whatever its status.
type BookedEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// HeldEvent is published with each new appointment that waits to be confirmed.
type HeldEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// ConfirmedEvent is published when an appointment stands, at once or after it waited.
type ConfirmedEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// CancelledEvent is published when an appointment is cancelled, also by lapse.
type CancelledEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// CompletedEvent is published when the visit is over.
type CompletedEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// NoShowEvent is published when the customer did not come.
type NoShowEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// RescheduledEvent is published when an appointment got another time.
type RescheduledEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
	// At is when it was moved, as the appointment says until it is moved again.
	At time.Time `json:"at"`
}

// ReassignedEvent is published when somebody else serves in an appointment.
type ReassignedEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
	Version       int64 `json:"version"`
}

// The names are stored with jobs.
func (BookedEvent) EventName() string      { return "appointment.booked" }
func (HeldEvent) EventName() string        { return "appointment.held" }
func (ConfirmedEvent) EventName() string   { return "appointment.confirmed" }
func (CancelledEvent) EventName() string   { return "appointment.cancelled" }
func (CompletedEvent) EventName() string   { return "appointment.completed" }
func (NoShowEvent) EventName() string      { return "appointment.no_show" }
func (RescheduledEvent) EventName() string { return "appointment.rescheduled" }
func (ReassignedEvent) EventName() string  { return "appointment.reassigned" }
