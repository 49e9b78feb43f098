package history

import (
	"context"
	"slices"
	"strings"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/payments"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Faults of the history.
var (
	ErrDates       = fault.New(fault.BadRequest, "payment.dates", "date_from is after date_to.")
	ErrOtherTenant = fault.New(fault.Forbidden, "payment.other_tenant", "Only the platform may look at other businesses.")
)

// Filter selects payments. Types and states are in any case; empty is all.
type Filter struct {
	Kind, Status string
	From, To     string // a date in the tenant's zone, or an instant
	Customer     id.ID
	Skip, Limit  int
}

// Reader is whose payments are looked at: those of an invoices.Reader, or of all
// businesses.
type Reader struct {
	invoices.Reader
	All bool
}

// ReaderOf reads the scope of a caller, of whom exactly one is given. A super admin may
// name another business, or ask for all. Faults: ErrOtherTenant.
func ReaderOf(staff *access.Staff, customer *access.Customer, tenant id.ID, all bool) (Reader, error) {
	r := Reader{Reader: invoices.ReaderOf(staff, customer), All: all}
	other := tenant != "" && tenant != r.Tenant
	switch {
	case !other && !all:
		return r, nil
	case staff == nil || staff.Role != access.SuperAdmin:
		return r, ErrOtherTenant
	case other:
		r.Tenant = tenant
	}
	return r, nil
}

// wide tells whether the reader sees all payments of the tenant.
func (r Reader) wide() bool { return r.Customer == nil && r.Outlets == nil && r.User == nil }

// selection is a Filter that was read.
type selection struct {
	Filter
	from, to *time.Time // of creation, the second exclusive
}

// read checks the filter. A date without a time covers its whole day in the zone of the
// business, or in UTC where all are looked at.
func (f Filter) read(ctx context.Context, tx *db.Tx, r Reader) (selection, error) {
	s := selection{Filter: f}
	s.Kind, s.Status = strings.ToLower(f.Kind), strings.ToLower(f.Status)
	switch {
	case s.Kind != "" && !slices.Contains(payments.Kinds(), payments.Kind(s.Kind)):
		return s, fault.InvalidField("query:payment_type", "must be one of appointment, package, subscription, wallet_topup, refund, setup_fee")
	case s.Status != "" && !slices.Contains(payments.Statuses(), payments.Status(s.Status)):
		return s, fault.InvalidField("query:status", "must be one of pending, completed, failed, cancelled, refunded, needs_review")
	}
	if r.Customer != nil {
		s.Customer = ""
	}
	if f.From == "" && f.To == "" {
		return s, nil
	}
	zone := time.UTC
	if !r.All {
		t, err := tenants.Load(ctx, tx, r.Tenant)
		if err != nil {
			return s, err
		}
		zone = t.Settings.Location()
	}
	var err error
	if s.from, err = bound(f.From, "date_from", zone, civil.Date.Start); err != nil {
		return s, err
	}
	if s.to, err = bound(f.To, "date_to", zone, civil.Date.End); err != nil {
		return s, err
	}
	if s.from != nil && s.to != nil && s.from.After(*s.to) || f.reversed() {
		return s, ErrDates
	}
	return s, nil
}

// reversed tells whether the period is given in dates and ends before it begins: the end of
// a day is the beginning of the next.
func (f Filter) reversed() bool {
	from, err := civil.ParseDate(f.From)
	if err != nil {
		return false
	}
	to, err := civil.ParseDate(f.To)
	return err == nil && to.Before(from)
}

func bound(raw, name string, loc *time.Location, edge func(civil.Date, *time.Location) time.Time) (*time.Time, error) {
	if raw == "" {
		return nil, nil
	}
	if d, err := civil.ParseDate(raw); err == nil {
		at := edge(d, loc).UTC()
		return &at, nil
	}
	// A plus sign of an offset arrives as a blank where it was not escaped.
	raw = strings.ReplaceAll(raw, " ", "+")
	var at api.Instant
	if err := at.UnmarshalText([]byte(raw)); err == nil {
		return &at.Time, nil
	}
	return nil, fault.InvalidField("query:"+name, "must be a date or a time of ISO 8601")
}

// span is a period as counts need it: the whole days of UTC within it, and what lies
// before and after them.
type span struct {
	day, until       civil.Date // of whole days, the second exclusive
	headFrom, headTo time.Time
	tailFrom, tailTo time.Time
}

// spanOf cuts a period; a bound that is missing reaches to the end of all days.
func spanOf(from, to *time.Time) span {
	s := span{day: civil.Date{Year: 1, Month: 1, Day: 1}, until: civil.Date{Year: 9999, Month: 12, Day: 31}}
	if from != nil {
		s.day = civil.Of(*from, time.UTC)
		if s.day.Start(time.UTC).Before(*from) {
			s.day = s.day.AddDays(1)
			s.headFrom, s.headTo = *from, s.day.Start(time.UTC)
		}
	}
	if to != nil {
		s.until = civil.Of(*to, time.UTC)
		s.tailFrom, s.tailTo = s.until.Start(time.UTC), *to
	}
	if s.until.Before(s.day) { // within one day
		s.until, s.headTo, s.tailTo = s.day, *to, s.tailFrom
	}
	return s
}
