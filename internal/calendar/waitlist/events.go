package waitlist

import "reserva/internal/kit/id"

// JoinedEvent is published with each new wish: time may have been freed while it was
// written down.
type JoinedEvent struct {
	WishID id.ID `json:"wish_id"`
}

// OfferedEvent is published when a time is held for a wish.
type OfferedEvent struct {
	OfferID id.ID `json:"offer_id"`
}

// LapsedEvent is published when an offer was not answered in time.
type LapsedEvent struct {
	OfferID id.ID `json:"offer_id"`
}

// The names are stored with jobs.
func (JoinedEvent) EventName() string  { return "waitlist.joined" }
func (OfferedEvent) EventName() string { return "waitlist.offered" }
func (LapsedEvent) EventName() string  { return "waitlist.lapsed" }
