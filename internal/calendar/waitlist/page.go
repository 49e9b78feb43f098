package waitlist

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"time"

	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/money"
)

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
)

// page is where the link in the mail of an offer leads: it shows what is held, and two
// buttons. Opening it does nothing, since programs that look through mail open links.
type page struct {
	operations *Operations
	template   *template.Template
	policy     string
	log        *slog.Logger
}

// pageView is what the page shows.
type pageView struct {
	Style                         template.CSS
	Title, Text                   string
	Business, Outlet, What, Price string
	When, Zone                    string
	Known, Open                   bool
}

// MountPage serves the page below LinkPath.
func MountPage(mux *http.ServeMux, o *Operations, log *slog.Logger) {
	sum := sha256.Sum256([]byte(pageCSS))
	p := &page{
		operations: o, template: template.Must(template.New("offer").Parse(pageHTML)), log: log,
		policy: "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; style-src 'sha256-" +
			base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
	mux.HandleFunc("GET "+LinkPath+"{link}", p.show)
	mux.HandleFunc("POST "+LinkPath+"{link}", p.answer)
}

func (p *page) show(w http.ResponseWriter, r *http.Request) {
	offer, err := p.operations.linked(r.Context(), r.PathValue("link"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	p.write(w, r, http.StatusOK, offer.page())
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

// page is what is shown of the offer as it stands.
func (l *linkedRow) page() pageView {
	location, err := civil.Zone(l.Timezone)
	if err != nil {
		location = time.UTC
	}
	v := pageView{Known: true, Business: l.Business, Outlet: l.Outlet, What: l.ServiceName, Zone: l.Timezone}
	if l.StaffName != "" {
		v.What += " with " + l.StaffName
	}
	if l.Total > 0 {
		v.Price = money.Format(l.Total, money.Currency(l.Currency))
	}
	v.When = l.StartsAt.In(location).Format("Monday, 2 January 2006, 15:04")
	switch {
	case l.Outcome == outcomeOpen:
		v.Open, v.Title = true, "Do you want this time?"
		v.Text = "We hold it for you until " + l.ExpiresAt.In(location).Format("15:04 on Monday, 2 January") + "."
	case l.Outcome == outcomeDeclined:
		v.Title, v.Text = "You let it go", "It went to the next. You keep your place for other times."
	case l.Outcome != outcomeAccepted, l.Status == string(appointments.Cancelled):
		v.Title, v.Text = "This time is gone", "If you still wait for one, please join the waitlist again, or call us: "+l.Phone+"."
	case l.Status == string(appointments.Pending):
		v.Title, v.Text = "This time is held for you", "It waits to be paid or confirmed; an e-mail says until when."
	default:
		v.Title, v.Text = "This time is yours", "We look forward to seeing you."
	}
	return v
}

func (p *page) fail(w http.ResponseWriter, r *http.Request, err error) {
	switch f, ok := fault.As(err); {
	case errors.Is(err, ErrNotFound):
		p.write(w, r, http.StatusNotFound, pageView{Title: "There is nothing here", Text: "The link is not complete, or not one of ours."})
	case ok:
		p.write(w, r, f.Status(), pageView{Title: "This time cannot be booked here", Text: "Please call us about it."})
	default:
		p.log.ErrorContext(r.Context(), "page of an offer", slog.Any("error", err))
		p.write(w, r, http.StatusInternalServerError, pageView{Title: "Something went wrong", Text: "Please try again in a moment."})
	}
}

func (p *page) write(w http.ResponseWriter, r *http.Request, status int, view pageView) {
	view.Style = template.CSS(pageCSS)
	var body bytes.Buffer
	if err := p.template.Execute(&body, view); err != nil {
		p.log.ErrorContext(r.Context(), "page of an offer", slog.Any("error", err))
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	// The client may have gone; there is nobody left to tell.
	_, _ = w.Write(body.Bytes())
}
