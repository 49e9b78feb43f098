package waitlist

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/card"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
)

// page is where the link in the mail of an offer leads: it shows what is held, and two
// buttons. Opening it does nothing, since programs that look through mail open links.
type page struct {
	operations *Operations
	log        *slog.Logger
}

// MountPage serves the page below LinkPath.
func MountPage(mux *http.ServeMux, o *Operations, log *slog.Logger) {
	p := &page{operations: o, log: log}
	mux.HandleFunc("GET "+LinkPath+"{link}", p.show)
	mux.HandleFunc("POST "+LinkPath+"{link}", p.answer)
}

func (p *page) show(w http.ResponseWriter, r *http.Request) {
	offer, err := p.operations.linked(r.Context(), r.PathValue("link"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, offer.card())
}

// answer does what the button says, where the offer is still open, and shows what has
// become of it.
func (p *page) answer(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<10)
	offer, err := p.operations.linked(r.Context(), r.PathValue("link"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	said := r.PostFormValue("answer")
	if offer.Outcome == outcomeOpen && (said == "accept" || said == "decline") {
		err := p.operations.answer(r.Context(), offer, offer.customer(api.Origin(r.Context())), said == "accept")
		if err != nil && !errors.Is(err, ErrNoOffer) { // whoever was faster is shown
			p.fail(w, r, err)
			return
		}
	}
	p.show(w, r)
}

// card is what is shown of the offer as it stands.
func (l *linkedRow) card() card.Card {
	location, err := civil.Zone(l.Timezone)
	if err != nil {
		location = time.UTC
	}
	c := card.Card{Visit: &card.Visit{What: l.ServiceName, When: card.Day(l.StartsAt, l.Timezone), Zone: l.Timezone, Where: l.Business + ", " + l.Outlet}}
	if l.StaffName != "" {
		c.Visit.What += " with " + l.StaffName
	}
	if l.Total > 0 {
		c.Visit.Price = money.Format(l.Total, money.Currency(l.Currency))
	}
	switch {
	case l.Outcome == outcomeOpen:
		c.Title = "Do you want this time?"
		c.Text = "We hold it for you until " + l.ExpiresAt.In(location).Format("15:04 on Monday, 2 January") + "."
		c.Buttons = []card.Button{{Label: "Take this time", Value: "accept"}, {Label: "Let it go", Value: "decline"}}
		c.Note = "If you let it go, you keep your place for other times."
	case l.Outcome == outcomeDeclined:
		c.Title, c.Text = "You let it go", "It went to the next. You keep your place for other times."
	case l.Outcome != outcomeAccepted, l.Status == string(appointments.Cancelled):
		c.Title, c.Text = "This time is gone", "If you still wait for one, please join the waitlist again, or call us: "+l.Phone+"."
	case l.Status == string(appointments.Pending):
		c.Title, c.Text = "This time is held for you", "It waits to be paid or confirmed; an e-mail says until when."
	default:
		c.Title, c.Text = "This time is yours", "We look forward to seeing you."
	}
	return c
}

func (p *page) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch f, ok := fault.As(err); {
	case errors.Is(err, ErrNotFound):
		p.write(w, r, http.StatusNotFound, card.Card{Title: "There is nothing here", Text: "The link is not complete, or not one of ours."})
	case ok:
		p.write(w, r, f.Status(), card.Card{Title: "This time cannot be booked here", Text: "Please call us about it."})
	default:
		p.log.ErrorContext(r.Context(), "page of an offer", slog.Any("error", err))
		p.write(w, r, http.StatusInternalServerError, card.Card{Title: "Something went wrong", Text: "Please try again in a moment."})
	}
}

func (p *page) write(w http.ResponseWriter, r *http.Request, status int, c card.Card) {
	if err := card.Write(w, status, c); err != nil {
		p.log.ErrorContext(r.Context(), "page of an offer", slog.Any("error", err))
	}
}
