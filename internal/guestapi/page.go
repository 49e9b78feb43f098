package guestapi

import (
	"errors"
	"log/slog"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/card"
	"reserva/internal/kit/fault"
)

// page is where the link of the e-mail leads: it shows the booking, and a button that
// verifies it. Opening the link does nothing, since programs that look through mail
// open links too.
type page struct {
	operations *Operations
	log        *slog.Logger
}

// MountPage serves the link's page below /verify/, for installations whose e-mails do
// not lead to a page of their own.
func MountPage(mux *http.ServeMux, o *Operations, log *slog.Logger) {
	p := &page{operations: o, log: log}
	for _, path := range []string{"/verify/{handle}", "/verify/{tenant}/{branch}/{handle}"} {
		mux.HandleFunc("GET "+path, p.show)
		mux.HandleFunc("POST "+path, p.verify)
	}
}

// show asks whether to verify.
func (p *page) show(w http.ResponseWriter, r *http.Request) {
	booking, ok := p.find(w, r)
	if !ok {
		return
	}
	view := p.view(booking)
	switch now := p.operations.db.Now(); {
	case booking.VerifiedAt != nil, booking.Status == appointments.Confirmed:
		view.Title, view.Text = done(booking.Status)
	case lapsed(booking.Status, booking.HoldUntil, now) != appointments.Pending:
		view.Title, view.Text = "This booking has ended", "It was cancelled, or not confirmed in time. You can book again."
	default:
		view.Title, view.Text = "Confirm your booking", "Is this right?"
		view.Buttons = []card.Button{{Label: "Confirm the booking"}}
		view.Note = "If you did not book this, close the page: nothing happens."
	}
	p.write(w, r, http.StatusOK, view)
}

// verify does what the button says. Whoever follows the link has the mailbox, so this
// is a proof by mail.
func (p *page) verify(w http.ResponseWriter, r *http.Request) {
	booking, ok := p.find(w, r)
	if !ok {
		return
	}
	verified, err := p.operations.Verify(r.Context(), access.Visitor{Origin: api.Origin(r.Context())}, Hints{}, proofs{path: r.PathValue("handle")})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	view := p.view(booking)
	view.Title, view.Text = done(appointments.Status(verified.Booking.Status))
	p.write(w, r, http.StatusOK, view)
}

func done(s appointments.Status) (title, text string) {
	switch s {
	case appointments.Pending:
		return "Thank you", "The business will confirm your booking."
	case appointments.Cancelled:
		return "This booking has ended", "It was cancelled. You can book again."
	}
	return "Your booking is confirmed", "We look forward to seeing you."
}

// find reads the booking of a handle; ids of bookings are nothing to this page.
func (p *page) find(w http.ResponseWriter, r *http.Request) (claimed, bool) {
	booking, _, err := p.operations.claim(r.Context(), proofs{path: r.PathValue("handle")})
	if err == nil && !booking.ByHandle {
		err = ErrBookingNotFound
	}
	if err == nil && !booking.Active {
		err = ErrOrganizationNotFound
	}
	if err != nil {
		p.fail(w, r, err)
	}
	return booking, err == nil
}

func (p *page) view(c claimed) card.Card {
	return card.Card{Visit: &card.Visit{What: c.Service, When: card.Day(c.StartsAt, c.Timezone), Zone: c.Timezone, Where: c.Name + ", " + c.Outlet}}
}

func (p *page) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch f, ok := fault.As(err); {
	case errors.Is(err, ErrBookingNotFound):
		p.write(w, r, http.StatusNotFound, card.Card{Title: "There is no such booking", Text: "The link is not complete, or not one of ours."})
	case errors.Is(err, ErrOrganizationNotFound):
		p.write(w, r, http.StatusNotFound, card.Card{Title: "This booking cannot be confirmed", Text: "The business takes no bookings at present."})
	case ok:
		p.write(w, r, f.Status(), card.Card{Title: "This booking cannot be confirmed", Text: "It was cancelled, or not confirmed in time. You can book again."})
	default:
		p.log.ErrorContext(r.Context(), "page of a guest's booking", slog.Any("error", err))
		p.write(w, r, http.StatusInternalServerError, card.Card{Title: "Something went wrong", Text: "Please try again in a moment."})
	}
}

func (p *page) write(w http.ResponseWriter, r *http.Request, status int, c card.Card) {
	if err := card.Write(w, status, c); err != nil {
		p.log.ErrorContext(r.Context(), "page of a guest's booking", slog.Any("error", err))
	}
}
