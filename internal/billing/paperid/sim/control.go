package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
)

// controlRoutes adds the remote control. It asks for no credentials, so it is for tests and private machines only.
func (s *Simulator) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/knobs", func(w http.ResponseWriter, _ *http.Request) {
		write(w, answer{status: 200, body: wireKnobs(s.Knobs())})
	})
	mux.HandleFunc("PUT /sim/knobs", s.putKnobs)
	mux.HandleFunc("PUT /sim/profile", s.putProfile)
	mux.HandleFunc("PUT /sim/callbacks", s.putCallbacks)
	mux.HandleFunc("POST /sim/clock", s.postClock)
	mux.HandleFunc("GET /sim/invoices", s.getInvoices)
	mux.HandleFunc("POST /sim/invoices/status", s.postStatus)
	mux.HandleFunc("GET /sim/deliveries", func(w http.ResponseWriter, _ *http.Request) {
		write(w, answer{status: 200, body: s.Deliveries()})
	})
}

// knobsWire is Knobs with durations in milliseconds.
type knobsWire struct {
	Latency           int64  `json:"latency_ms"`
	WriteLatency      int64  `json:"write_latency_ms"`
	Spread            int64  `json:"spread_ms"`
	FailNext          int    `json:"fail_next"`
	FailStatus        int    `json:"fail_status"`
	LoseNext          int    `json:"lose_next"`
	LoseStatus        int    `json:"lose_status"`
	OldestFirst       bool   `json:"oldest_first"`
	CallbackDelay     int64  `json:"callback_delay_ms"`
	Duplicates        int    `json:"duplicates"`
	Drop              int    `json:"drop"`
	Reverse           bool   `json:"reverse"`
	Unsigned          bool   `json:"unsigned"`
	CompanyID         string `json:"company_id"`
	OldShape          bool   `json:"old_shape"`
	PayOverdue        bool   `json:"pay_overdue"`
	FailDisbursements bool   `json:"fail_disbursements"`
}

func wireKnobs(k Knobs) knobsWire {
	return knobsWire{
		Latency: k.Latency.Milliseconds(), WriteLatency: k.WriteLatency.Milliseconds(), Spread: k.Spread.Milliseconds(),
		FailNext: k.FailNext, FailStatus: k.FailStatus, LoseNext: k.LoseNext, LoseStatus: k.LoseStatus,
		OldestFirst: k.OldestFirst, CallbackDelay: k.CallbackDelay.Milliseconds(), Duplicates: k.Duplicates,
		Drop: k.Drop, Reverse: k.Reverse, Unsigned: k.Unsigned, CompanyID: k.CompanyID, OldShape: k.OldShape, PayOverdue: k.PayOverdue, FailDisbursements: k.FailDisbursements,
	}
}

func (w knobsWire) knobs() Knobs {
	const ms = time.Millisecond
	return Knobs{
		Latency: time.Duration(w.Latency) * ms, WriteLatency: time.Duration(w.WriteLatency) * ms, Spread: time.Duration(w.Spread) * ms,
		FailNext: w.FailNext, FailStatus: w.FailStatus, LoseNext: w.LoseNext, LoseStatus: w.LoseStatus,
		OldestFirst: w.OldestFirst, CallbackDelay: time.Duration(w.CallbackDelay) * ms, Duplicates: w.Duplicates,
		Drop: w.Drop, Reverse: w.Reverse, Unsigned: w.Unsigned, CompanyID: w.CompanyID, OldShape: w.OldShape, PayOverdue: w.PayOverdue, FailDisbursements: w.FailDisbursements,
	}
}

// putKnobs changes the knobs that the body names.
func (s *Simulator) putKnobs(w http.ResponseWriter, r *http.Request) {
	wire := wireKnobs(s.Knobs())
	if !read(w, r, &wire) {
		return
	}
	s.SetKnobs(wire.knobs())
	write(w, answer{status: 200, body: wire})
}

// putProfile sets all knobs at once: {"profile": "staging"} as the provider's staging environment was seen, or
// "none", as they begin.
func (s *Simulator) putProfile(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Profile string `json:"profile"`
	}
	if !read(w, r, &body) {
		return
	}
	knobs := Knobs{}
	switch body.Profile {
	case "staging":
		knobs = Staging()
	case "none":
	default:
		write(w, refuse(http.StatusBadRequest, "profile must be staging or none"))
		return
	}
	s.SetKnobs(knobs)
	write(w, answer{status: 200, body: wireKnobs(knobs)})
}

// putCallbacks replaces an account's callback URLs: {client_id, payment_in, payment_out, invoice_paid, disbursement}.
func (s *Simulator) putCallbacks(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ClientID string `json:"client_id"`
		Callbacks
	}
	if !read(w, r, &body) {
		return
	}
	if !s.SetCallbacks(body.ClientID, body.Callbacks) {
		write(w, refuse(http.StatusNotFound, "no such account"))
		return
	}
	write(w, answer{status: 200, body: body.Callbacks})
}

// postClock moves the clock: {"advance": "72h"}.
func (s *Simulator) postClock(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Advance string `json:"advance"`
	}
	if !read(w, r, &body) {
		return
	}
	d, err := time.ParseDuration(body.Advance)
	if err != nil {
		write(w, refuse(http.StatusBadRequest, "advance must be a duration such as 72h"))
		return
	}
	write(w, answer{status: 200, body: object{"now": s.Advance(d).Format(time.RFC3339)}})
}

// getInvoices lists every account's invoices with their payment pages, oldest first per account.
func (s *Simulator) getInvoices(w http.ResponseWriter, r *http.Request) {
	list := []object{}
	s.mu.Lock()
	for clientID, b := range s.state.Books {
		for _, id := range b.Order {
			inv := b.Invoices[id]
			list = append(list, object{"client_id": clientID, "id": inv.ID, "number": inv.Number, "total": inv.Total,
				"paid": inv.Paid, "payment_status": inv.status(s.now()), "pay": s.base(r) + "/pay/" + inv.Token})
		}
	}
	s.mu.Unlock()
	write(w, answer{status: 200, body: list})
}

// postStatus brings an invoice into a state: {client_id, invoice: number or id, status, amount}. "paid" and "partially
// paid" take a payment with its callbacks; "overdue" moves the due date into the past.
func (s *Simulator) postStatus(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ClientID string `json:"client_id"`
		Invoice  string `json:"invoice"`
		Status   string `json:"status"`
		Amount   int64  `json:"amount"`
	}
	if !read(w, r, &body) {
		return
	}
	var err error
	switch body.Status {
	case "paid":
		err = s.Pay(body.ClientID, body.Invoice, 0)
	case "partially paid":
		err = s.Pay(body.ClientID, body.Invoice, max(body.Amount, 1))
	case "overdue":
		err = s.MakeOverdue(body.ClientID, body.Invoice)
	default:
		write(w, refuse(http.StatusBadRequest, "status must be paid, partially paid or overdue"))
		return
	}
	switch {
	case errors.Is(err, ErrUnknown):
		write(w, refuse(http.StatusNotFound, err.Error()))
	case err != nil:
		write(w, refuse(http.StatusConflict, err.Error()))
	default:
		write(w, answer{status: 200, body: object{"status": body.Status}})
	}
}

// MakeOverdue moves an open invoice's due date to yesterday.
func (s *Simulator) MakeOverdue(clientID, invoice string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	inv := s.book(clientID).findInvoice(invoice)
	switch {
	case inv == nil:
		return ErrUnknown
	case inv.Paid >= inv.Total:
		return ErrSettled
	}
	y, m, d := s.now().In(jakarta()).Date()
	inv.DueDate = time.Date(y, m, d-1, 0, 0, 0, 0, jakarta())
	s.changed()
	return nil
}

func read(w http.ResponseWriter, r *http.Request, v any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil {
		write(w, refuse(http.StatusBadRequest, "the body is not valid"))
		return false
	}
	return true
}
