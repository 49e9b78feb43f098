package notifications

import (
	"strings"
	"time"

	"reserva/internal/kit/ical"
	"reserva/internal/kit/mail"
)

// entry is the visit for the customer's calendar. It is one event there for the whole
// life of the appointment: each mail brings it up to date, and the last one takes it
// away. Nil where the customer's calendar was never told of it.
func (v *visit) entry(now time.Time) *mail.Entry {
	method, status := ical.Request, ical.Confirmed
	switch {
	case v.Status == "cancelled" && !v.announced():
		return nil
	case v.Status == "cancelled":
		method, status = ical.Cancel, ical.Cancelled
	case v.Status == "pending":
		status = ical.Tentative
	}
	calendar := ical.Calendar{Method: method, Events: []ical.Event{{
		UID: string(v.ID) + ".appointment@reserva", Sequence: v.Version, Stamp: now,
		Start: v.StartsAt, End: v.EndsAt, Zone: v.zone(),
		Summary: strings.Join(v.Services, ", ") + " at " + v.Business, Description: strings.Join(v.Services, "\n"), Location: v.place(),
		Status:    status,
		Organizer: ical.Person{Name: v.Business, Address: v.Mailbox}, Attendee: ical.Person{Name: v.Name, Address: *v.Email},
	}}}
	return &mail.Entry{Method: string(method), Text: calendar.Text()}
}

// announced tells whether a mail carried the visit before: a guest gets none until the
// booking stands.
func (v *visit) announced() bool { return v.Source != "booki_guest" || v.ConfirmedAt != nil }
