package appointments

import "reserva/internal/kit/id"

// BookedEvent is published with each new appointment, whatever its status.
type BookedEvent struct {
	AppointmentID id.ID `json:"appointment_id"`
}

// ConfirmedEvent is published when a pending appointment becomes confirmed.
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

// The names are stored with jobs.
func (BookedEvent) EventName() string    { return "appointment.booked" }
func (ConfirmedEvent) EventName() string { return "appointment.confirmed" }
func (CancelledEvent) EventName() string { return "appointment.cancelled" }
func (CompletedEvent) EventName() string { return "appointment.completed" }
func (NoShowEvent) EventName() string    { return "appointment.no_show" }
