package outlets

import (
	"encoding/json"
	"fmt"

	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/opt"
)

// Settings bind what is booked at an outlet. Their JSON is also how they are
// stored; availability and appointments read it there.
type Settings struct {
	Timezone             string `json:"timezone" example:"Asia/Jakarta" doc:"IANA name."`
	AcceptsOnlineBooking bool   `json:"accepts_online_booking" doc:"Customers may book by themselves."`
	RequiresAppointment  bool   `json:"requires_appointment"`
	WalkInsAllowed       bool   `json:"walk_ins_allowed"`
	AutoConfirmBookings  bool   `json:"auto_confirm_bookings" doc:"Bookings begin as confirmed."`

	AdvanceBookingDays          int `json:"advance_booking_days" example:"30" doc:"How far ahead customers may book."`
	MinNoticeMinutes            int `json:"min_notice_minutes" example:"0" doc:"How long before its start customers may still book."`
	CancellationHours           int `json:"cancellation_hours" example:"24" doc:"Until how many hours before its start an appointment may be cancelled."`
	SlotIntervalMinutes         int `json:"slot_interval_minutes" example:"30" doc:"Distance of the starts that are offered."`
	DefaultServiceBufferMinutes int `json:"default_service_buffer_minutes" example:"15" doc:"A suggestion for new services."`

	PaymentRequiredUpfront bool `json:"payment_required_upfront"`
	AcceptsOnlinePayment   bool `json:"accepts_online_payment"`
	AcceptsCashPayment     bool `json:"accepts_cash_payment"`
	PaymentOnArrival       bool `json:"payment_on_arrival"`

	Prepayment          PricePart `json:"prepayment" doc:"What of the price is to be paid before a booking stands, for services that do not say it themselves."`
	NoShowFee           PricePart `json:"no_show_fee" doc:"What is kept of the price, or charged, where the customer does not come."`
	LateCancellationFee PricePart `json:"late_cancellation_fee" doc:"The same where the customer cancels later than cancellation_hours before; without it they cannot."`
}

// Terms are the settings that bind what customers promise.
func (s Settings) Terms() Terms {
	return Terms{Prepayment: &s.Prepayment, NoShowFee: &s.NoShowFee, LateCancellationFee: &s.LateCancellationFee}
}

// defaults are the settings of an outlet that states none, in a tenant's zone.
func defaults(timezone string) Settings {
	return Settings{
		Timezone:                    timezone,
		AcceptsOnlineBooking:        true,
		WalkInsAllowed:              true,
		AdvanceBookingDays:          30,
		CancellationHours:           24,
		SlotIntervalMinutes:         30,
		DefaultServiceBufferMinutes: 15,
		AcceptsOnlinePayment:        true,
		AcceptsCashPayment:          true,
		Prepayment:                  PricePart{Type: NoPart},
		NoShowFee:                   PricePart{Type: NoPart},
		LateCancellationFee:         PricePart{Type: NoPart},
	}
}

// defaultsOf are the settings that a new outlet of the tenant begins with.
func defaultsOf(t tenants.Settings) Settings {
	s := defaults(t.Timezone)
	s.AdvanceBookingDays = t.BookingAdvanceDays
	s.CancellationHours = t.CancellationHours
	return s
}

// readSettings puts what is stored over the defaults. The column is what counts
// for the zone.
func readSettings(stored []byte, timezone string) (Settings, error) {
	s := defaults(timezone)
	if err := json.Unmarshal(stored, &s); err != nil {
		return s, fmt.Errorf("read outlet settings: %w", err)
	}
	s.Timezone = timezone
	return s, nil
}

// SettingsChange is a partial update of settings: an absent key is left alone,
// null brings back what a new outlet of the tenant would have.
type SettingsChange struct {
	Timezone             opt.Field[string] `json:"timezone,omitzero" maxLength:"64" example:"Asia/Jakarta"`
	AcceptsOnlineBooking opt.Field[bool]   `json:"accepts_online_booking,omitzero"`
	RequiresAppointment  opt.Field[bool]   `json:"requires_appointment,omitzero"`
	WalkInsAllowed       opt.Field[bool]   `json:"walk_ins_allowed,omitzero"`
	AutoConfirmBookings  opt.Field[bool]   `json:"auto_confirm_bookings,omitzero"`

	AdvanceBookingDays          opt.Field[int] `json:"advance_booking_days,omitzero" minimum:"0" maximum:"730" example:"30"`
	MinNoticeMinutes            opt.Field[int] `json:"min_notice_minutes,omitzero" minimum:"0" maximum:"43200" example:"60"`
	CancellationHours           opt.Field[int] `json:"cancellation_hours,omitzero" minimum:"0" maximum:"720" example:"24"`
	SlotIntervalMinutes         opt.Field[int] `json:"slot_interval_minutes,omitzero" minimum:"5" maximum:"240" multipleOf:"5" example:"30"`
	DefaultServiceBufferMinutes opt.Field[int] `json:"default_service_buffer_minutes,omitzero" minimum:"0" maximum:"480" example:"15"`

	PaymentRequiredUpfront opt.Field[bool] `json:"payment_required_upfront,omitzero"`
	AcceptsOnlinePayment   opt.Field[bool] `json:"accepts_online_payment,omitzero"`
	AcceptsCashPayment     opt.Field[bool] `json:"accepts_cash_payment,omitzero"`
	PaymentOnArrival       opt.Field[bool] `json:"payment_on_arrival,omitzero"`

	Prepayment          opt.Field[PricePart] `json:"prepayment,omitzero"`
	NoShowFee           opt.Field[PricePart] `json:"no_show_fee,omitzero"`
	LateCancellationFee opt.Field[PricePart] `json:"late_cancellation_fee,omitzero"`
}

// check refuses what no schema can; path is where the settings stand in the body.
func (c SettingsChange) check(path string) error {
	if zone, ok := c.Timezone.Get(); ok && !tenants.KnownTimezone(zone) {
		return fault.InvalidField(path+"timezone", "must be an IANA time zone such as Asia/Jakarta")
	}
	for _, part := range []struct {
		name  string
		value opt.Field[PricePart]
	}{{"prepayment", c.Prepayment}, {"no_show_fee", c.NoShowFee}, {"late_cancellation_fee", c.LateCancellationFee}} {
		if value, ok := part.value.Get(); ok {
			if err := value.Check(path + part.name); err != nil {
				return err
			}
		}
	}
	return nil
}

// apply returns s with the changes; standard is what null brings back.
func (c SettingsChange) apply(s, standard Settings) Settings {
	change(&s.Timezone, c.Timezone, standard.Timezone)
	change(&s.AcceptsOnlineBooking, c.AcceptsOnlineBooking, standard.AcceptsOnlineBooking)
	change(&s.RequiresAppointment, c.RequiresAppointment, standard.RequiresAppointment)
	change(&s.WalkInsAllowed, c.WalkInsAllowed, standard.WalkInsAllowed)
	change(&s.AutoConfirmBookings, c.AutoConfirmBookings, standard.AutoConfirmBookings)
	change(&s.AdvanceBookingDays, c.AdvanceBookingDays, standard.AdvanceBookingDays)
	change(&s.MinNoticeMinutes, c.MinNoticeMinutes, standard.MinNoticeMinutes)
	change(&s.CancellationHours, c.CancellationHours, standard.CancellationHours)
	change(&s.SlotIntervalMinutes, c.SlotIntervalMinutes, standard.SlotIntervalMinutes)
	change(&s.DefaultServiceBufferMinutes, c.DefaultServiceBufferMinutes, standard.DefaultServiceBufferMinutes)
	change(&s.PaymentRequiredUpfront, c.PaymentRequiredUpfront, standard.PaymentRequiredUpfront)
	change(&s.AcceptsOnlinePayment, c.AcceptsOnlinePayment, standard.AcceptsOnlinePayment)
	change(&s.AcceptsCashPayment, c.AcceptsCashPayment, standard.AcceptsCashPayment)
	change(&s.PaymentOnArrival, c.PaymentOnArrival, standard.PaymentOnArrival)
	change(&s.Prepayment, c.Prepayment, standard.Prepayment)
	change(&s.NoShowFee, c.NoShowFee, standard.NoShowFee)
	change(&s.LateCancellationFee, c.LateCancellationFee, standard.LateCancellationFee)
	return s
}

func change[T any](target *T, field opt.Field[T], standard T) {
	if field.Set {
		*target = field.Or(standard)
	}
}
