package appointments

import (
	"encoding/json"
	"time"

	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Status is where an appointment is in its life.
type Status string

// The states.
const (
	Pending    Status = "pending"
	Confirmed  Status = "confirmed"
	InProgress Status = "in_progress"
	Completed  Status = "completed"
	Cancelled  Status = "cancelled"
	NoShowed   Status = "no_show"
)

// transitions lists where an appointment may go from each state.
func transitions(from Status) []Status {
	switch from {
	case Pending:
		return []Status{Confirmed, Cancelled}
	case Confirmed:
		return []Status{InProgress, Completed, NoShowed, Cancelled}
	case InProgress:
		return []Status{Completed}
	default:
		return nil
	}
}

// CanBecome tells whether the lifecycle leads from s to next.
func (s Status) CanBecome(next Status) bool {
	for _, t := range transitions(s) {
		if t == next {
			return true
		}
	}
	return false
}

// Payment states, as billing reports them.
const (
	PaymentPending       = "pending"
	PaymentPaid          = "paid"
	PaymentPartiallyPaid = "partially_paid"
	PaymentRefunded      = "refunded"
	PaymentNotRequired   = "not_required"
)

// Who ended an appointment.
const (
	ByCustomer = "customer"
	ByStaff    = "staff"
	BySystem   = "system"
)

// Why the system ended one.
const (
	ReasonVerificationExpired = "verification_expired"
	ReasonPaymentExpired      = "payment_expired"
	ReasonOfferExpired        = "offer_expired"
)

// Faults of appointments.
var (
	ErrNotFound         = fault.New(fault.NotFound, "appointment.not_found", "There is no such appointment.")
	ErrSlotTaken        = fault.New(fault.Conflict, "appointment.slot_taken", "That time is no longer free.")
	ErrAlreadyBooked    = fault.New(fault.Conflict, "appointment.already_booked", "This customer already has a place at that time.")
	ErrPast             = fault.New(fault.BadRequest, "appointment.in_the_past", "That time is over.")
	ErrOutsideWindow    = fault.New(fault.BadRequest, "appointment.outside_window", "That time is too soon or too far ahead to be booked.")
	ErrOutsideHours     = fault.New(fault.BadRequest, "appointment.outside_hours", "The outlet is not open for the whole of that time.")
	ErrRaster           = fault.New(fault.Invalid, "appointment.not_on_raster", "Appointments begin every five minutes.")
	ErrCustomerNotFound = fault.New(fault.NotFound, "customer.not_found", "There is no such customer.")
	ErrTransition       = fault.New(fault.Conflict, "appointment.transition", "The appointment's status does not allow that.")
	ErrHoldLapsed       = fault.New(fault.Conflict, "appointment.hold_lapsed", "The time was held too long and has been given up.")
	ErrNotPaid          = fault.New(fault.BadRequest, "appointment.not_paid", "The payment has to be verified before the appointment can be completed.")
	ErrStale            = fault.New(fault.Conflict, "appointment.stale", "The appointment was changed in the meantime; read it again.")
	ErrTooLate          = fault.New(fault.BadRequest, "appointment.too_late_to_cancel", "It is too late to cancel; please call the outlet.")
	ErrTooLateToMove    = fault.New(fault.BadRequest, "appointment.too_late_to_reschedule", "It is too late to move the appointment; please call the outlet.")
	ErrMovedTooOften    = fault.New(fault.BadRequest, "appointment.moved_too_often", "The appointment was moved three times already; please call the outlet.")
	ErrNoSuchLine       = fault.New(fault.BadRequest, "appointment.no_such_line", "The appointment has no such service.")
	ErrTooManyServices  = fault.New(fault.Forbidden, "appointment.too_many_services", "Your plan allows no more services in one appointment.")
	ErrMixedCurrencies  = fault.New(fault.BadRequest, "appointment.mixed_currencies", "Services in different currencies cannot be booked together.")
)

// row is an appointment as stored.
type row struct {
	ID                 id.ID           `db:"id"`
	TenantID           id.ID           `db:"tenant_id"`
	OutletID           id.ID           `db:"outlet_id"`
	CustomerID         id.ID           `db:"customer_id"`
	Status             Status          `db:"status"`
	PaymentStatus      string          `db:"payment_status"`
	Type               string          `db:"appointment_type"`
	Source             string          `db:"source"`
	StartsAt           time.Time       `db:"starts_at"`
	EndsAt             time.Time       `db:"ends_at"`
	TotalPrice         int64           `db:"total_price"`
	PaidAmount         int64           `db:"paid_amount"`
	Currency           string          `db:"currency"`
	Notes              string          `db:"notes"`
	CompletionNotes    string          `db:"completion_notes"`
	Policy             json.RawMessage `db:"policy"`
	HoldUntil          *time.Time      `db:"hold_until"`
	CancelledBy        *string         `db:"cancelled_by"`
	CancellationReason string          `db:"cancellation_reason"`
	CancelledAt        *time.Time      `db:"cancelled_at"`
	ConfirmedAt        *time.Time      `db:"confirmed_at"`
	StartedAt          *time.Time      `db:"started_at"`
	CompletedAt        *time.Time      `db:"completed_at"`
	CreatedByID        *id.ID          `db:"created_by_id"`
	RescheduledAt      *time.Time      `db:"rescheduled_at"`
	RescheduledFrom    json.RawMessage `db:"rescheduled_from"`
	CustomerMoves      int             `db:"customer_moves"`
	RescheduleReason   string          `db:"reschedule_reason"`
	Guest              json.RawMessage `db:"guest"`
	BookingType        *string         `db:"booking_type"`
	PaymentPreference  *string         `db:"payment_preference"`
	VerifiedAt         *time.Time      `db:"verified_at"`
	AcceptedAt         *time.Time      `db:"accepted_at"`
	Version            int64           `db:"version"`
	CreatedAt          time.Time       `db:"created_at"`
	UpdatedAt          time.Time       `db:"updated_at"`
	Timezone           string          `db:"timezone"`
	CustomerName       string          `db:"customer_name"`
	CustomerEmail      *string         `db:"customer_email"`
	CustomerPhone      *string         `db:"customer_phone"`
	MoneyRow
}

// lapsed tells whether the hold is over at now.
func (r *row) lapsed(now time.Time) bool {
	return r.Status == Pending && r.HoldUntil != nil && !now.Before(*r.HoldUntil)
}

// effective is the status that the world sees.
func (r *row) effective(now time.Time) Status {
	if r.lapsed(now) {
		return Cancelled
	}
	return r.Status
}

// line is a booked service as stored.
type line struct {
	ID            id.ID     `db:"id"`
	AppointmentID id.ID     `db:"appointment_id"`
	Position      int       `db:"position"`
	ServiceID     id.ID     `db:"service_id"`
	StaffID       *id.ID    `db:"staff_id"`
	ServiceName   string    `db:"service_name"`
	StaffName     string    `db:"staff_name"`
	Price         int64     `db:"price"`
	Duration      int       `db:"duration_minutes"`
	Preparation   int       `db:"preparation_minutes"`
	Cleanup       int       `db:"cleanup_minutes"`
	StartsAt      time.Time `db:"starts_at"`
	EndsAt        time.Time `db:"ends_at"`
	// Team are all who serve but StaffID.
	Team []Teammate `db:"team"`
}
