package customers

import (
	"time"

	"reserva/internal/kit/id"
)

// CreatedEvent is published with each new record of a customer, whoever made it.
type CreatedEvent struct {
	CustomerID id.ID `json:"customer_id"`
}

// UpdatedEvent is published when a record changed.
type UpdatedEvent struct {
	CustomerID id.ID `json:"customer_id"`
	// At is when; of two changes each is an event of its own.
	At time.Time `json:"at"`
}

// RemovedEvent is published when a record was hidden.
type RemovedEvent struct {
	CustomerID id.ID     `json:"customer_id"`
	At         time.Time `json:"at"`
}

// The names are stored with jobs.
func (CreatedEvent) EventName() string { return "customer.created" }
func (UpdatedEvent) EventName() string { return "customer.updated" }
func (RemovedEvent) EventName() string { return "customer.removed" }
