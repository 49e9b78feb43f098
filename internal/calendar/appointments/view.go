package appointments

import (
	"encoding/json"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// Appointment is what the staff portal and the customer see. Dates and times are
// the wall clock of the outlet; timestamps are UTC.
type Appointment struct {
	ID              id.ID         `json:"id"`
	TenantID        id.ID         `json:"tenant_id"`
	OutletID        id.ID         `json:"outlet_id"`
	CustomerID      id.ID         `json:"customer_id"`
	CustomerName    string        `json:"customer_name" example:"Siti Rahma"`
	CustomerEmail   *string       `json:"customer_email" example:"siti@example.com"`
	CustomerPhone   *string       `json:"customer_phone" example:"+628123456789"`
	AppointmentDate civil.Date    `json:"appointment_date"`
	StartTime       civil.Clock   `json:"start_time"`
	EndTime         civil.Clock   `json:"end_time" doc:"End of the last service, its cleanup not counted"`
	Timezone        string        `json:"timezone" example:"Asia/Jakarta"`
	Status          Status        `json:"status" enum:"pending,confirmed,in_progress,completed,cancelled,no_show"`
	PaymentStatus   string        `json:"payment_status" enum:"pending,paid,partially_paid,refunded,not_required"`
	AppointmentType string        `json:"appointment_type" enum:"walk_in,scheduled,online"`
	Source          string        `json:"source" enum:"staff,customer,public,walk_in,booki_guest,waitlist"`
	Services        []ServiceLine `json:"services"`
	TotalPrice      money.Number  `json:"total_price"`
	PaidAmount      money.Number  `json:"paid_amount"`
	Currency        string        `json:"currency" example:"IDR"`
	Notes           string        `json:"notes"`
	CompletionNotes string        `json:"completion_notes"`

	HoldUntil          *time.Time `json:"hold_until" doc:"Until when a pending booking is held"`
	ConfirmedAt        *time.Time `json:"confirmed_at"`
	StartedAt          *time.Time `json:"started_at"`
	CompletedAt        *time.Time `json:"completed_at"`
	CancelledAt        *time.Time `json:"cancelled_at"`
	CancelledBy        *string    `json:"cancelled_by" enum:"customer,staff,system"`
	CancellationReason string     `json:"cancellation_reason"`
	RescheduledFrom    *Moment    `json:"rescheduled_from" doc:"Where it was before it was last moved; null where it never was"`
	RescheduledTo      *Moment    `json:"rescheduled_to" doc:"Where it was last moved to"`
	RescheduledAt      *time.Time `json:"rescheduled_at"`
	RescheduleReason   string     `json:"reschedule_reason"`
	CreatedByID        *id.ID     `json:"created_by_id"`
	Version            int64      `json:"version" doc:"Send it back with a change, to be refused if somebody else was faster" example:"1"`
	CreatedAt          time.Time  `json:"created_at"`
	UpdatedAt          time.Time  `json:"updated_at"`

	PaymentID       *id.ID         `json:"payment_id" doc:"The newest payment, made or awaited"`
	PaperPaymentURL *string        `json:"paper_payment_url" doc:"Where it is paid online; null where it is paid on arrival"`
	FeeBreakdown    *FeeBreakdown  `json:"fee_breakdown" doc:"Null where nothing is to be paid"`
	PaymentDetails  PaymentDetails `json:"payment_details"`
	Terms           Terms          `json:"terms"`

	// For callers inside the server; not part of any answer.
	StartsAt   time.Time       `json:"-"`
	VerifiedAt *time.Time      `json:"-"`
	Guest      json.RawMessage `json:"-"`
	Preference string          `json:"-"`
}

// Terms are what was promised with the booking. They do not change with the settings.
type Terms struct {
	CancellationHours   int          `json:"cancellation_hours" example:"24" doc:"Until how many hours before its start it may be cancelled without a fee"`
	Prepayment          money.Number `json:"prepayment" example:"45000" doc:"What has to be paid before the booking stands"`
	PrepaymentDue       money.Number `json:"prepayment_due" example:"45000" doc:"What is still missing of it"`
	NoShowFee           money.Number `json:"no_show_fee" example:"75000" doc:"What is kept or charged where the customer does not come"`
	LateCancellationFee money.Number `json:"late_cancellation_fee" example:"75000" doc:"The same where the customer cancels later; where it is nothing they cannot"`
}

func (r *row) terms() Terms {
	promise := r.promise()
	amount := func(minor int64) money.Number {
		return money.Number{Minor: minor, Currency: money.Currency(r.Currency)}
	}
	return Terms{
		CancellationHours: promise.CancellationHours, Prepayment: amount(promise.Prepayment), PrepaymentDue: amount(max(promise.Prepayment-r.PaidAmount, 0)),
		NoShowFee: amount(promise.NoShowFee), LateCancellationFee: amount(promise.LateCancellationFee),
	}
}

// Moment is a time of an appointment, on the wall clock of its outlet.
type Moment struct {
	Date      civil.Date  `json:"date"`
	StartTime civil.Clock `json:"start_time"`
	EndTime   civil.Clock `json:"end_time"`
}

func (r *row) moment(loc *time.Location) Moment {
	return Moment{Date: civil.Of(r.StartsAt, loc), StartTime: clockAt(r.StartsAt, loc), EndTime: clockAt(r.EndsAt, loc)}
}

// ServiceLine is one booked service. Its price was decided at booking and never
// changes.
type ServiceLine struct {
	ServiceID       id.ID        `json:"service_id"`
	ServiceName     string       `json:"service_name" example:"Hot stone massage"`
	StaffID         *id.ID       `json:"staff_id"`
	StaffName       string       `json:"staff_name" example:"Ayu Lestari"`
	Team            []Teammate   `json:"team,omitempty" doc:"Who serves beside them, of a service that takes several staff members at once"`
	Price           money.Number `json:"price"`
	DurationMinutes int          `json:"duration_minutes" example:"90"`
	StartTime       civil.Clock  `json:"start_time"`
	EndTime         civil.Clock  `json:"end_time"`
}

// view shows a stored appointment as it is at now: a lapsed hold is cancelled.
func view(r *row, lines []line, now time.Time) Appointment {
	loc := r.location()
	cur := money.Currency(r.Currency)
	a := Appointment{
		ID: r.ID, TenantID: r.TenantID, OutletID: r.OutletID, CustomerID: r.CustomerID,
		CustomerName: r.CustomerName, CustomerEmail: r.CustomerEmail, CustomerPhone: r.CustomerPhone,
		AppointmentDate: civil.Of(r.StartsAt, loc), StartTime: clockAt(r.StartsAt, loc), EndTime: clockAt(r.EndsAt, loc), Timezone: r.Timezone,
		Status: r.effective(now), PaymentStatus: r.PaymentStatus, AppointmentType: r.Type, Source: r.Source,
		Services: make([]ServiceLine, 0, len(lines)), TotalPrice: money.Number{Minor: r.TotalPrice, Currency: cur},
		PaidAmount: money.Number{Minor: r.PaidAmount, Currency: cur}, Currency: r.Currency,
		Notes: r.Notes, CompletionNotes: r.CompletionNotes, HoldUntil: utc(r.HoldUntil), ConfirmedAt: utc(r.ConfirmedAt), StartedAt: utc(r.StartedAt),
		CompletedAt: utc(r.CompletedAt), CancelledAt: utc(r.CancelledAt), CancelledBy: r.CancelledBy, CancellationReason: r.CancellationReason,
		RescheduleReason: r.RescheduleReason, CreatedByID: r.CreatedByID, Version: r.Version, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC(),
		StartsAt: r.StartsAt.UTC(), VerifiedAt: utc(r.VerifiedAt), Guest: r.Guest,
	}
	a.Terms = r.terms()
	if r.RescheduledAt != nil {
		from, to := Moment{}, r.moment(loc)
		if json.Unmarshal(r.RescheduledFrom, &from) == nil {
			a.RescheduledFrom, a.RescheduledTo, a.RescheduledAt = &from, &to, utc(r.RescheduledAt)
		}
	}
	if r.PaymentPreference != nil {
		a.Preference = *r.PaymentPreference
	}
	if r.lapsed(now) {
		by := BySystem
		a.CancelledBy, a.CancelledAt, a.CancellationReason = &by, utc(r.HoldUntil), lapseReason(r)
	}
	for _, l := range lines {
		a.Services = append(a.Services, ServiceLine{
			ServiceID: l.ServiceID, ServiceName: l.ServiceName, StaffID: l.StaffID, StaffName: l.StaffName, Team: l.Team,
			Price: money.Number{Minor: l.Price, Currency: cur}, DurationMinutes: l.Duration,
			StartTime: clockAt(l.StartsAt, loc), EndTime: clockAt(l.EndsAt, loc),
		})
	}
	a.addMoney(r, now)
	return a
}

// location is the outlet's zone.
func (r *row) location() *time.Location {
	loc, err := civil.Zone(r.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// lapseReason names why a hold ended by itself.
func lapseReason(r *row) string {
	switch {
	case r.Source == "booki_guest":
		return ReasonVerificationExpired
	case r.unaccepted():
		return ReasonOfferExpired
	}
	return ReasonPaymentExpired
}

func clockAt(t time.Time, loc *time.Location) civil.Clock {
	t = t.In(loc)
	return civil.Clock(t.Hour()*60 + t.Minute())
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// auditEntry is what the audit log keeps: no name, address or free text.
type auditEntry struct {
	Status   Status    `json:"status"`
	Payment  string    `json:"payment_status"`
	Outlet   id.ID     `json:"outlet_id"`
	Customer id.ID     `json:"customer_id"`
	StartsAt time.Time `json:"starts_at"`
	EndsAt   time.Time `json:"ends_at"`
	Total    int64     `json:"total_price"`
	Paid     int64     `json:"paid_amount"`
	Lines    []id.ID   `json:"services,omitempty"`
	Staff    []id.ID   `json:"staff,omitempty"`   // who serves, by line; an empty id where nobody does
	Changed  []string  `json:"changed,omitempty"` // the names of what else did
}

func auditView(r *row, lines []line) auditEntry {
	e := auditEntry{
		Status: r.Status, Payment: r.PaymentStatus, Outlet: r.OutletID, Customer: r.CustomerID,
		StartsAt: r.StartsAt.UTC(), EndsAt: r.EndsAt.UTC(), Total: r.TotalPrice, Paid: r.PaidAmount,
	}
	for _, l := range lines {
		e.Lines = append(e.Lines, l.ServiceID)
		staff := id.ID("")
		if l.StaffID != nil {
			staff = *l.StaffID
		}
		e.Staff = append(e.Staff, staff)
	}
	return e
}
