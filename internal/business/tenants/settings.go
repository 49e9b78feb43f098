package tenants

import (
	"encoding/json"
	"fmt"
	"regexp"
	"time"

	"golang.org/x/text/language"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

// Settings are a tenant's settings, complete with the defaults of those that
// nobody set.
type Settings struct {
	Timezone     string         `json:"timezone" example:"Asia/Jakarta" doc:"IANA name; outlets may have their own."`
	Currency     money.Currency `json:"currency" example:"IDR"`
	BusinessType string         `json:"business_type" example:"spa"`
	Options
}

// Options are the settings that are kept as one document.
type Options struct {
	Language                 string   `json:"language" example:"en" doc:"BCP 47."`
	BookingAdvanceDays       int      `json:"booking_advance_days" doc:"How far ahead may be booked."`
	CancellationHours        int      `json:"cancellation_hours" doc:"Until how many hours before its start an appointment may be cancelled."`
	ThemeColor               *string  `json:"theme_color" example:"#7c3aed"`
	StaffPositionTemplates   []string `json:"staff_position_templates"`
	ServiceCategoryTemplates []string `json:"service_category_templates"`

	FeeMode                string `json:"fee_mode" enum:"customer,merchant" doc:"Who bears the platform fee."`
	ManagersCanSchedule    bool   `json:"managers_can_schedule" doc:"Outlet managers may keep the working hours of their outlets' staff."`
	StrictBreaks           bool   `json:"strict_breaks" doc:"Refuse breaks outside working hours, and changes that would leave them there."`
	CashEnabled            bool   `json:"cash_enabled" doc:"Guests may choose to pay cash."`
	PreferredPaymentMethod string `json:"preferred_payment_method" enum:"cash,maya,paper_id" doc:"What guests are offered first."`
	ConfirmRequiresPayment bool   `json:"confirm_requires_payment" doc:"A booking is confirmed by its payment only."`

	TaxRate money.Rate `json:"tax_rate" example:"0.11" doc:"What payment links add to the price of an appointment, and the lines of an invoice are taxed with where they say nothing else, as a share of 1."`

	AllowBareIDVerification     bool `json:"allow_bare_id_verification" doc:"Guests may verify a booking with its id alone."`
	RequiresOwnerApproval       bool `json:"requires_owner_approval" doc:"Verified guest bookings stay pending until approved."`
	StrictBookingType           bool `json:"strict_booking_type" doc:"Refuse guest bookings of an unknown type."`
	RejectDuplicateGuestBooking bool `json:"reject_duplicate_guest_booking" doc:"Refuse a second live booking of the same guest, service and slot."`
	BookingHorizonDays          int  `json:"booking_horizon_days" doc:"How far ahead guests may book."`
	GuestVerificationMinutes    int  `json:"guest_verification_minutes" doc:"How long a guest booking waits to be verified."`

	WaitlistHoldMinutes int `json:"waitlist_hold_minutes" doc:"How long a freed time is held for the customer of the waitlist to whom it is offered."`
}

// DefaultOptions are the settings of a tenant that set none.
func DefaultOptions() Options {
	return Options{
		Language:                 "en",
		BookingAdvanceDays:       30,
		CancellationHours:        24,
		StaffPositionTemplates:   []string{},
		ServiceCategoryTemplates: []string{},
		FeeMode:                  "customer",
		CashEnabled:              true,
		PreferredPaymentMethod:   "paper_id",
		AllowBareIDVerification:  true,
		BookingHorizonDays:       365,
		GuestVerificationMinutes: 60,
		WaitlistHoldMinutes:      DefaultWaitlistHold,
	}
}

// Location returns the tenant's time zone; UTC if the server's database of zones
// does not know it any more.
func (s Settings) Location() *time.Location {
	loc, err := civil.Zone(s.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// readOptions puts what is stored over the defaults.
func readOptions(stored []byte) (Options, error) {
	o := DefaultOptions()
	if err := json.Unmarshal(stored, &o); err != nil {
		return o, fmt.Errorf("read tenant settings: %w", err)
	}
	if o.StaffPositionTemplates == nil {
		o.StaffPositionTemplates = []string{}
	}
	if o.ServiceCategoryTemplates == nil {
		o.ServiceCategoryTemplates = []string{}
	}
	return o, nil
}

// SettingsChange is a partial update of settings: an absent key is left alone,
// null brings back the default.
type SettingsChange struct {
	Timezone     opt.Field[string] `json:"timezone,omitzero" maxLength:"64" example:"Asia/Jakarta"`
	Currency     opt.Field[string] `json:"currency,omitzero" maxLength:"3" example:"IDR"`
	BusinessType opt.Field[string] `json:"business_type,omitzero" maxLength:"40" example:"spa"`
	OptionsChange
}

// OptionsChange is the part of a SettingsChange that is stored as it is.
type OptionsChange struct {
	Language                 opt.Field[string]   `json:"language,omitzero" maxLength:"35" example:"en"`
	BookingAdvanceDays       opt.Field[int]      `json:"booking_advance_days,omitzero" minimum:"0" maximum:"730"`
	CancellationHours        opt.Field[int]      `json:"cancellation_hours,omitzero" minimum:"0" maximum:"720"`
	ThemeColor               opt.Field[string]   `json:"theme_color,omitzero" maxLength:"7" example:"#7c3aed"`
	StaffPositionTemplates   opt.Field[[]string] `json:"staff_position_templates,omitzero" maxItems:"100"`
	ServiceCategoryTemplates opt.Field[[]string] `json:"service_category_templates,omitzero" maxItems:"100"`

	FeeMode                opt.Field[string] `json:"fee_mode,omitzero" enum:"customer,merchant"`
	ManagersCanSchedule    opt.Field[bool]   `json:"managers_can_schedule,omitzero"`
	StrictBreaks           opt.Field[bool]   `json:"strict_breaks,omitzero"`
	CashEnabled            opt.Field[bool]   `json:"cash_enabled,omitzero"`
	PreferredPaymentMethod opt.Field[string] `json:"preferred_payment_method,omitzero" enum:"cash,maya,paper_id"`
	ConfirmRequiresPayment opt.Field[bool]   `json:"confirm_requires_payment,omitzero"`

	TaxRate opt.Field[money.Rate] `json:"tax_rate,omitzero" doc:"A share between 0 and 1, with at most six digits."`

	AllowBareIDVerification     opt.Field[bool] `json:"allow_bare_id_verification,omitzero"`
	RequiresOwnerApproval       opt.Field[bool] `json:"requires_owner_approval,omitzero"`
	StrictBookingType           opt.Field[bool] `json:"strict_booking_type,omitzero"`
	RejectDuplicateGuestBooking opt.Field[bool] `json:"reject_duplicate_guest_booking,omitzero"`
	BookingHorizonDays          opt.Field[int]  `json:"booking_horizon_days,omitzero" minimum:"1" maximum:"730"`
	GuestVerificationMinutes    opt.Field[int]  `json:"guest_verification_minutes,omitzero" minimum:"5" maximum:"1440"`

	WaitlistHoldMinutes opt.Field[int] `json:"waitlist_hold_minutes,omitzero" minimum:"5" maximum:"1440"`
}

var (
	languagePattern = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)
	colorPattern    = regexp.MustCompile(`^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$`)
)

const (
	defaultTimezone = "Asia/Jakarta"
	defaultCurrency = "IDR"
	// DefaultWaitlistHold is how many minutes an offer of the waitlist is held where the
	// tenant said nothing.
	DefaultWaitlistHold = 30
)

// check brings the change into its stored form, or names the fields that no
// schema can refuse; path is where the settings stand in the body.
func (c *SettingsChange) check(path string) error {
	var bad []fault.Field
	refuse := func(key, message string) {
		bad = append(bad, fault.Field{Loc: fault.Loc(path + key), Message: message, Type: "value_error"})
	}
	if zone, ok := c.Timezone.Get(); ok && !KnownTimezone(zone) {
		refuse("timezone", "must be an IANA time zone such as Asia/Jakarta")
	}
	if code, ok := c.Currency.Get(); ok {
		currency, err := money.ParseCurrency(code)
		if err != nil {
			refuse("currency", "must be a currency of ISO 4217 such as IDR")
		}
		c.Currency.Value = string(currency)
	}
	if kind, ok := c.BusinessType.Get(); ok {
		if c.BusinessType.Value, ok = ParseBusinessType(kind); !ok {
			refuse("business_type", "must be a known kind of business")
		}
	}
	if tag, ok := c.Language.Get(); ok && !knownLanguage(tag) {
		refuse("language", "must be a language of BCP 47 such as en or id")
	}
	if color, ok := c.ThemeColor.Get(); ok && !colorPattern.MatchString(color) {
		refuse("theme_color", "must be a colour such as #7c3aed")
	}
	if !cleanTemplates(&c.StaffPositionTemplates, asTyped) {
		refuse("staff_position_templates", "must be single lines of 1 to 100 characters")
	}
	if !cleanTemplates(&c.ServiceCategoryTemplates, Category) {
		refuse("service_category_templates", "must be single lines of 1 to 100 characters")
	}
	if len(bad) > 0 {
		return fault.ErrInvalid.WithFields(bad...)
	}
	return nil
}

// knownLanguage reports whether a tag is one of BCP 47 with registered parts.
func knownLanguage(tag string) bool {
	_, err := language.Parse(tag)
	return err == nil && languagePattern.MatchString(tag)
}

// KnownTimezone reports whether name is a time zone that wall clocks can be read
// in.
func KnownTimezone(name string) bool {
	_, err := civil.Zone(name)
	return err == nil
}
