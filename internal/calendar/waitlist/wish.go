package waitlist

import (
	"time"

	"reserva/internal/calendar/availability"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// The states of a wish.
const (
	Waiting  = "waiting"
	Offered  = "offered"
	Accepted = "accepted"
	Lapsed   = "lapsed"  // an offer was not answered
	Left     = "left"    // by the customer
	Removed  = "removed" // by the desk, or with the customer
	Expired  = "expired" // the window is over
)

// How offers end; open is what has not.
const (
	outcomeOpen      = "open"
	outcomeAccepted  = "accepted"
	outcomeDeclined  = "declined"
	outcomeLapsed    = "lapsed"
	outcomeWithdrawn = "withdrawn"
)

// Limits of wishes.
const (
	maxOpen   = 5   // wishes that a customer may have at a time
	maxDays   = 31  // from the first to the last date
	maxAhead  = 365 // days that the desk may write wishes down for
	shortest  = 5 * time.Minute
	allDay    = civil.EndOfDay
	ownSource = "customer"
	theDesk   = "staff"
)

// Faults of the waitlist.
var (
	ErrNotFound       = fault.New(fault.NotFound, "waitlist.not_found", "There is no such wish on the waitlist.")
	ErrOver           = fault.New(fault.BadRequest, "waitlist.in_the_past", "That time is over.")
	ErrOutsideWindow  = fault.New(fault.BadRequest, "waitlist.outside_window", "That time is too soon or too far ahead to be booked.")
	ErrTooShort       = fault.New(fault.Invalid, "waitlist.too_short", "The service does not fit into the times of day.")
	ErrSlotFree       = fault.New(fault.Conflict, "waitlist.slot_free", "There is a free time in that window: book it.").WithExtra(map[string]any{"next_available": []Start{}})
	ErrAlreadyWaiting = fault.New(fault.Conflict, "waitlist.already_waiting", "The customer already waits for that service on one of these dates.")
	ErrTooMany        = fault.New(fault.Conflict, "waitlist.too_many", "Nobody may wait for more than five things at a time.")
	ErrNoOffer        = fault.New(fault.Conflict, "waitlist.no_offer", "There is no open offer: it has ended, or was never made.")
	ErrEnded          = fault.New(fault.Conflict, "waitlist.ended", "That wish has ended.")
)

// Start is a time that can be booked at once.
type Start struct {
	Date      civil.Date  `json:"date"`
	StartTime civil.Clock `json:"start_time"`
}

// Input is a customer's wish.
type Input struct {
	TenantID  *id.ID       `json:"tenant_id,omitempty" doc:"Redundant; has to be the token's"`
	OutletID  id.ID        `json:"outlet_id"`
	ServiceID id.ID        `json:"service_id"`
	StaffID   *id.ID       `json:"staff_id,omitempty" doc:"Who has to serve; anybody qualified when absent" nullable:"true"`
	DateFrom  civil.Date   `json:"date_from" doc:"The first date that would do, at the outlet"`
	DateTo    *civil.Date  `json:"date_to,omitempty" doc:"The last one, at most 30 days later; date_from when absent" nullable:"true"`
	TimeFrom  *civil.Clock `json:"time_from,omitempty" doc:"Not to begin before; any time of day when absent" example:"09:00" nullable:"true"`
	TimeTo    *civil.Clock `json:"time_to,omitempty" doc:"To be over by; any time of day when absent" example:"18:00" nullable:"true"`
}

// StaffInput is a wish that the desk writes down for a customer.
type StaffInput struct {
	CustomerID id.ID `json:"customer_id"`
	Input
}

// Wish is a place on the waitlist.
type Wish struct {
	ID           id.ID       `json:"id"`
	TenantID     id.ID       `json:"tenant_id"`
	OutletID     id.ID       `json:"outlet_id"`
	CustomerID   id.ID       `json:"customer_id"`
	CustomerName string      `json:"customer_name" example:"Siti Rahma"`
	ServiceID    id.ID       `json:"service_id"`
	ServiceName  string      `json:"service_name" example:"Hot stone massage"`
	StaffID      *id.ID      `json:"staff_id" doc:"Who has to serve; null for anybody qualified"`
	StaffName    string      `json:"staff_name" example:"Ayu Lestari"`
	DateFrom     civil.Date  `json:"date_from"`
	DateTo       civil.Date  `json:"date_to"`
	TimeFrom     civil.Clock `json:"time_from" example:"09:00"`
	TimeTo       civil.Clock `json:"time_to" example:"18:00"`
	Timezone     string      `json:"timezone" example:"Asia/Jakarta"`
	Source       string      `json:"source" enum:"customer,staff" doc:"Who wrote it down"`
	Status       string      `json:"status" enum:"waiting,offered,accepted,lapsed,left,removed,expired"`
	Offer        *Offer      `json:"offer" doc:"The offer that can be accepted now; null where there is none"`
	Appointment  *id.ID      `json:"appointment_id" doc:"The appointment that was accepted"`
	EndedAt      *time.Time  `json:"ended_at"`
	CreatedAt    time.Time   `json:"created_at"`
	UpdatedAt    time.Time   `json:"updated_at"`

	// declined tells that the newest offer was declined; it is no part of any answer.
	declined bool
}

// Detail is a wish with all that was offered for it.
type Detail struct {
	Wish
	Offers []Offer `json:"offers" doc:"The newest first"`
}

// Offer is a time that is, or was, held for a wish.
type Offer struct {
	ID              id.ID        `json:"id"`
	WishID          id.ID        `json:"wish_id"`
	CustomerID      id.ID        `json:"customer_id"`
	CustomerName    string       `json:"customer_name" example:"Siti Rahma"`
	AppointmentID   id.ID        `json:"appointment_id" doc:"The appointment that it would be"`
	OutletID        id.ID        `json:"outlet_id"`
	ServiceID       id.ID        `json:"service_id"`
	ServiceName     string       `json:"service_name" example:"Hot stone massage"`
	StaffID         *id.ID       `json:"staff_id" doc:"Who would serve; null where nobody has to"`
	StaffName       string       `json:"staff_name" example:"Ayu Lestari"`
	AppointmentDate civil.Date   `json:"appointment_date"`
	StartTime       civil.Clock  `json:"start_time"`
	EndTime         civil.Clock  `json:"end_time"`
	TotalPrice      money.Number `json:"total_price"`
	Currency        string       `json:"currency" example:"IDR"`
	OfferedAt       time.Time    `json:"offered_at"`
	ExpiresAt       time.Time    `json:"expires_at" doc:"Until when it is held"`
	Outcome         string       `json:"outcome" enum:"open,accepted,declined,lapsed,withdrawn"`
	EndedAt         *time.Time   `json:"ended_at"`
}

// window are the dates and the times of day of a wish.
type window struct {
	from, to civil.Date
	after    civil.Clock
	before   civil.Clock
}

// window checks what can be checked without knowing the outlet.
func (in *Input) window() (window, error) {
	w := window{from: in.DateFrom, to: in.DateFrom, before: allDay}
	if in.DateTo != nil {
		w.to = *in.DateTo
	}
	if in.TimeFrom != nil {
		w.after = *in.TimeFrom
	}
	if in.TimeTo != nil {
		w.before = *in.TimeTo
	}
	switch {
	case w.to.Before(w.from):
		return w, fault.InvalidField("date_to", "Must not lie before date_from.")
	case w.to.Sub(w.from) >= maxDays:
		return w, fault.InvalidField("date_to", "Must be at most 30 days after date_from.")
	case w.before <= w.after:
		return w, fault.InvalidField("time_to", "Must lie after time_from.")
	}
	return w, nil
}

// audience decides which limits bind: those of customers, or those of the desk.
func audience(source string) availability.Audience {
	if source == theDesk {
		return availability.Desk
	}
	return availability.Online
}
