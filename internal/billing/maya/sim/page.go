package sim

import (
	"bytes"
	"errors"
	"net/http"
	"net/url"

	"reserva/internal/billing/maya"
	"reserva/internal/kit/money"
)

// way is a way to pay that the page offers.
type way struct{ Method, Scheme, Name string }

func ways() []way {
	return []way{
		{"maya-wallet", "", "Maya wallet"},
		{"card", "visa", "Card (Visa 4111 1111 1111 1111)"},
		{"card", "master-card", "Card (Mastercard 5105 1051 0510 5100)"},
		{"qrph", "", "QR Ph"},
	}
}

// Value names a way in the page's form.
func (w way) Value() string { return w.Method + ":" + w.Scheme }

func findWay(value string) (way, bool) {
	if value == "" {
		return ways()[0], true
	}
	for _, w := range ways() {
		if w.Value() == value {
			return w, true
		}
	}
	return way{}, false
}

// page is what the hosted page shows.
type page struct {
	Title    string
	State    string // open, paid, failed, expired, cancelled, unknown, invalid
	Business string
	Number   string
	Buyer    string
	Lines    []pageLine
	Total    string
	Until    string // when it expires, by GMT+8
	Ways     []way
	Left     bool   // somebody went away without paying
	Back     string // to the merchant
}

type pageLine struct {
	Name, Description string
	Quantity          int64
	Amount            string
}

// showPage answers GET /v2/checkout?id=...
func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	s.Expire()
	s.mu.Lock()
	p, status := s.page(r.URL.Query().Get("id"))
	s.mu.Unlock()
	p.Left = p.State == "open" && r.URL.Query().Get("left") != ""
	s.render(w, status, p)
}

// submitPage answers the page's form: outcome success, failure, cancel or leave, and optionally method. It redirects
// to the page, which then shows the result; reloading it pays nothing.
func (s *Simulator) submitPage(w http.ResponseWriter, r *http.Request) {
	s.Expire()
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	id, how, known := r.URL.Query().Get("id"), way{}, false
	how, known = findWay(r.PostFormValue("method"))
	outcome, understood := map[string]maya.Status{
		"success": maya.Success, "failure": maya.Failed, "cancel": maya.Cancelled, "leave": "",
	}[r.PostFormValue("outcome")]
	if !known || !understood {
		s.render(w, http.StatusBadRequest, page{Title: "Payment not understood", State: "invalid"})
		return
	}
	target := "?id=" + url.QueryEscape(id)
	if outcome == "" {
		target += "&left=1"
	} else {
		s.mu.Lock()
		account := s.accounts[s.state.Owners[id]]
		events, err := s.act(account, s.book(account.PublicKey).Payments[id], outcome, how)
		p, status := s.page(id)
		s.mu.Unlock()
		s.announce(events...)
		if errors.Is(err, ErrOver) {
			status = http.StatusConflict
		}
		if err != nil {
			s.render(w, status, p)
			return
		}
	}
	// Only a query, so that it also holds behind a path prefix. http.Redirect would resolve it here.
	w.Header().Set("Location", target)
	w.WriteHeader(http.StatusSeeOther)
}

// page describes what the page of a checkout shows now. The lock is held.
func (s *Simulator) page(id string) (page, int) {
	account, known := s.accounts[s.state.Owners[id]]
	if !known {
		return page{Title: "Page not found", State: "unknown"}, http.StatusNotFound
	}
	p := s.book(account.PublicKey).Payments[id]
	out := page{
		Title: "Pay " + account.Business, State: "open", Business: account.Business, Number: p.Reference, Buyer: p.buyerName(),
		Total: money.Format(p.Amount, money.PHP), Until: p.expires().In(manila()).Format("15:04"), Ways: ways(),
	}
	if name, ok := p.Metadata["business"].(string); ok && name != "" {
		out.Business, out.Title = name, "Pay "+name
	}
	switch {
	case p.Status.Paid(), p.Status == maya.Voided, p.Status == maya.Refunded:
		out.State, out.Back = "paid", p.Return.Success
	case p.Status == maya.Cancelled:
		out.State, out.Back = "cancelled", p.Return.Cancel
	case p.Status == maya.Expired:
		out.State, out.Back = "expired", p.Return.Failure
	case p.Status == maya.Failed:
		out.State, out.Back = "failed", p.Return.Failure
	}
	if !absolute(out.Back) {
		out.Back = ""
	}
	for _, i := range p.Items {
		out.Lines = append(out.Lines, pageLine{i.Name, i.Description, i.Quantity, money.Format(i.Total, money.PHP)})
	}
	return out, http.StatusOK
}

func (p *payment) buyerName() string {
	first, _ := p.Buyer["firstName"].(string)
	last, _ := p.Buyer["lastName"].(string)
	if first != "" && last != "" {
		return first + " " + last
	}
	return first + last
}

func (s *Simulator) render(w http.ResponseWriter, status int, p page) {
	var out bytes.Buffer
	if err := s.pages.Execute(&out, p); err != nil {
		s.log.Error("maya simulator: page", "error", err)
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes())
}
