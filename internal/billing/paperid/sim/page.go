package sim

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// page is what the payment page shows.
type page struct {
	Title       string
	State       string // open, paid, expired, cancelled, unknown, invalid
	Business    string
	Number      string
	Payer       string
	Lines       []pageLine
	Total       string // of the lines, where they are several
	Open        string // what is left to pay
	Due         string
	Ways        []way
	Failed      bool   // the attempt just made was refused
	RedirectURL string // back to the merchant, on payment requests only
}

type pageLine struct {
	Name, Description string
	Quantity          int64
	Amount            string
}

// showPage answers GET /pay/{token}.
func (s *Simulator) showPage(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p, status := s.page(r.PathValue("token"))
	s.mu.Unlock()
	p.Failed = p.State == "open" && r.URL.Query().Get("outcome") == "failure"
	s.render(w, status, p)
}

// submitPage answers the page's form: outcome success or failure, and optionally method as "bank_transfer:bni". It
// redirects to the page, which then shows the result; reloading it pays nothing.
func (s *Simulator) submitPage(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 4096)
	outcome, chosen := r.PostFormValue("outcome"), r.PostFormValue("method")
	if chosen == "" {
		chosen = ways()[0].Value()
	}
	method, channel, _ := strings.Cut(chosen, ":")
	how, ok := findWay(method, channel)
	if outcome != "success" && outcome != "failure" || !ok {
		s.render(w, http.StatusBadRequest, page{Title: "Payment not understood", State: "invalid"})
		return
	}
	token := r.PathValue("token")
	s.mu.Lock()
	events, err := s.submit(token, how, outcome == "success")
	p, status := s.page(token)
	s.mu.Unlock()
	s.announce(events...)

	switch {
	case errors.Is(err, ErrUnknown):
		s.render(w, status, p)
	case err != nil:
		s.render(w, http.StatusConflict, p)
	default:
		// Only a query, so that it also holds behind a path prefix. http.Redirect would resolve it here.
		w.Header().Set("Location", "?outcome="+outcome)
		w.WriteHeader(http.StatusSeeOther)
	}
}

// submit takes the payment. The lock is held.
func (s *Simulator) submit(token string, how way, success bool) ([]event, error) {
	l, inv, req := s.resolve(token)
	account := s.accounts[l.ClientID]
	switch {
	case req != nil && req.Status == "success":
		return nil, ErrSettled
	case req != nil && req.state(s.now()) == "expired":
		return nil, ErrExpired
	case req != nil && req.Status != "pending":
		return nil, ErrWithdrawn
	case req != nil:
		return s.settleRequest(account, req, success), nil
	case inv == nil:
		return nil, ErrUnknown
	}
	switch status := inv.status(s.now()); {
	case status == "paid":
		return nil, ErrSettled
	case status == "overdue" && !s.knobs.PayOverdue:
		return nil, ErrExpired
	case success:
		return s.settleInvoice(account, inv, how, inv.Total-inv.Paid), nil
	default:
		return s.failInvoice(account, inv, how), nil
	}
}

// resolve finds what a token stands for; at most one of the two is set. The lock is held.
func (s *Simulator) resolve(token string) (link, *invoice, *payRequest) {
	l := s.state.Links[token]
	if l.ClientID == "" {
		return l, nil, nil
	}
	b := s.book(l.ClientID)
	return l, b.Invoices[l.Invoice], b.Requests[l.Request]
}

// page describes what a token's page shows now. The lock is held.
func (s *Simulator) page(token string) (page, int) {
	l, inv, req := s.resolve(token)
	business := s.accounts[l.ClientID].Business
	switch {
	case inv != nil:
		return s.invoicePage(inv, business), http.StatusOK
	case req != nil:
		return requestPage(req, business, s.now()), http.StatusOK
	default:
		return page{Title: "Page not found", State: "unknown"}, http.StatusNotFound
	}
}

func (s *Simulator) invoicePage(inv *invoice, business string) page {
	p := page{
		Title: "Invoice " + inv.Number, State: "open", Business: inv.Signer, Number: inv.Number, Payer: inv.Customer.Name,
		Open: idr(inv.Total - inv.Paid), Due: inv.DueDate.In(jakarta()).Format("2 January 2006"), Ways: ways(),
	}
	if p.Business == "" {
		p.Business = business
	}
	switch status := inv.status(s.now()); {
	case status == "paid":
		p.State, p.Open = "paid", idr(inv.Total)
	case status == "overdue" && !s.knobs.PayOverdue:
		p.State = "expired"
	}
	for _, line := range inv.Items {
		if line.Description == line.Name {
			line.Description = ""
		}
		p.Lines = append(p.Lines, pageLine{line.Name, line.Description, line.Quantity, idr(line.Amount)})
	}
	if inv.DeliveryFee != 0 {
		p.Lines = append(p.Lines, pageLine{Name: "Delivery", Quantity: 1, Amount: idr(inv.DeliveryFee)})
	}
	if inv.Discount != 0 {
		p.Lines = append(p.Lines, pageLine{Name: "Discount", Quantity: 1, Amount: idr(-inv.Discount)})
	}
	if inv.Paid > 0 && inv.Paid < inv.Total {
		p.Lines = append(p.Lines, pageLine{Name: "Paid so far", Quantity: 1, Amount: idr(-inv.Paid)})
	}
	if len(p.Lines) > 1 {
		p.Total = p.Open
	}
	return p
}

func requestPage(req *payRequest, business string, now time.Time) page {
	p := page{
		Title: "Payment " + req.RefID, State: "open", Business: business, Number: req.RefID, Payer: req.Payer,
		Open: idr(req.Amount + req.BuyerFee),
	}
	if !req.UntilPaid.IsZero() {
		p.Due = req.UntilPaid.In(jakarta()).Format("2 January 2006 15:04:05")
	}
	switch req.state(now) {
	case "expired":
		p.State = "expired"
	case "success":
		p.State = "paid"
	case "canceled":
		p.State = "cancelled"
	}
	if strings.HasPrefix(req.RedirectURL, "https://") || strings.HasPrefix(req.RedirectURL, "http://") {
		p.RedirectURL = req.RedirectURL
	}
	for _, number := range req.Numbers {
		p.Lines = append(p.Lines, pageLine{Name: "Invoice " + number, Quantity: 1, Amount: idr(req.Amount)})
	}
	if req.BuyerFee != 0 {
		p.Lines = append(p.Lines, pageLine{Name: "Fee", Quantity: 1, Amount: idr(req.BuyerFee)})
	}
	return p
}

func (s *Simulator) render(w http.ResponseWriter, status int, p page) {
	var out bytes.Buffer
	if err := s.pages.Execute(&out, p); err != nil {
		s.log.Error("paperid simulator: page", "error", err)
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

// idr formats rupiah for people: IDR 108,000.
func idr(amount int64) string {
	sign := ""
	if amount < 0 {
		sign, amount = "-", -amount
	}
	digits := strconv.FormatInt(amount, 10)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + "IDR " + digits
}

// showPDF answers GET /pdf/{token} with the invoice as a one-page document.
func (s *Simulator) showPDF(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p, status := s.page(r.PathValue("token"))
	s.mu.Unlock()
	if status != http.StatusOK {
		s.render(w, status, p)
		return
	}
	lines := []string{p.Business, p.Title, "For " + p.Payer, "Due " + p.Due, ""}
	for _, line := range p.Lines {
		lines = append(lines, strconv.FormatInt(line.Quantity, 10)+" x "+line.Name+"   "+line.Amount)
	}
	lines = append(lines, "", "To pay: "+p.Open, "Status: "+p.State, "", "Simulated document of "+
		time.Now().UTC().Format(time.DateOnly)+", no real money")
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(pdf(lines))
}
