package sim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"reserva/internal/billing/maya"
)

// controlRoutes adds the remote control. It asks for no credentials, so it is for tests and private machines only.
func (s *Simulator) controlRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /sim/knobs", func(w http.ResponseWriter, _ *http.Request) {
		write(w, answer{status: http.StatusOK, body: wireKnobs(s.Knobs())})
	})
	mux.HandleFunc("PUT /sim/knobs", s.putKnobs)
	mux.HandleFunc("POST /sim/clock", s.postClock)
	mux.HandleFunc("POST /sim/refunds", s.postRefunds)
	mux.HandleFunc("GET /sim/payments", s.getPayments)
	mux.HandleFunc("POST /sim/payments/status", s.postStatus)
	mux.HandleFunc("GET /sim/deliveries", func(w http.ResponseWriter, _ *http.Request) {
		write(w, answer{status: http.StatusOK, body: s.Deliveries()})
	})
}

// knobsWire is Knobs with durations in milliseconds.
type knobsWire struct {
	Latency    int64  `json:"latency_ms"`
	FailNext   int    `json:"fail_next"`
	FailCode   string `json:"fail_code"`
	LoseNext   int    `json:"lose_next"`
	LoseCode   string `json:"lose_code"`
	Duplicates int    `json:"duplicates"`
	Drop       int    `json:"drop"`
	LateExpiry bool   `json:"late_expiry"`
	Unsigned   bool   `json:"unsigned"`
	Ongoing    int    `json:"ongoing_refunds"`
}

func wireKnobs(k Knobs) knobsWire {
	return knobsWire{
		Latency: k.Latency.Milliseconds(), FailNext: k.FailNext, FailCode: k.FailCode, LoseNext: k.LoseNext, LoseCode: k.LoseCode,
		Duplicates: k.Duplicates, Drop: k.Drop, LateExpiry: k.LateExpiry, Unsigned: k.Unsigned, Ongoing: k.Ongoing,
	}
}

func (w knobsWire) knobs() Knobs {
	return Knobs{
		Latency: time.Duration(w.Latency) * time.Millisecond, FailNext: w.FailNext, FailCode: w.FailCode, LoseNext: w.LoseNext,
		LoseCode: w.LoseCode, Duplicates: w.Duplicates, Drop: w.Drop, LateExpiry: w.LateExpiry, Unsigned: w.Unsigned, Ongoing: w.Ongoing,
	}
}

// putKnobs changes the knobs that the body names.
func (s *Simulator) putKnobs(w http.ResponseWriter, r *http.Request) {
	wire := wireKnobs(s.Knobs())
	if !read(w, r, &wire) {
		return
	}
	s.SetKnobs(wire.knobs())
	write(w, answer{status: http.StatusOK, body: wire})
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
		write(w, refuse(http.StatusBadRequest, "PY0001", "advance must be a duration such as 72h"))
		return
	}
	write(w, answer{status: http.StatusOK, body: object{"now": s.Advance(d).Format(time.RFC3339)}})
}

// postRefunds ends ongoing refunds: {"well": true}.
func (s *Simulator) postRefunds(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Well bool `json:"well"`
	}
	if read(w, r, &body) {
		s.FinishRefunds(body.Well)
		write(w, answer{status: http.StatusOK, body: body})
	}
}

// getPayments lists every account's payments with their pages, oldest first per account.
func (s *Simulator) getPayments(w http.ResponseWriter, r *http.Request) {
	list := []object{}
	s.mu.Lock()
	for publicKey, b := range s.state.Books {
		for _, id := range b.Order {
			p := b.Payments[id]
			list = append(list, object{"public_key": publicKey, "id": p.ID, "reference": p.Reference, "amount": pesos(p.Amount),
				"status": p.Status, "page": s.base(r) + "/v2/checkout?id=" + p.ID})
		}
	}
	s.mu.Unlock()
	write(w, answer{status: http.StatusOK, body: list})
}

// postStatus ends a payment: {public_key, payment: id or reference, status}.
func (s *Simulator) postStatus(w http.ResponseWriter, r *http.Request) {
	var body struct {
		PublicKey string      `json:"public_key"`
		Payment   string      `json:"payment"`
		Status    maya.Status `json:"status"`
	}
	if !read(w, r, &body) {
		return
	}
	switch body.Status {
	case maya.Success, maya.Failed, maya.Cancelled, maya.Expired:
	default:
		write(w, refuse(http.StatusBadRequest, "PY0001", "status must be PAYMENT_SUCCESS, PAYMENT_FAILED, PAYMENT_CANCELLED or PAYMENT_EXPIRED"))
		return
	}
	switch err := s.Act(body.PublicKey, body.Payment, body.Status); {
	case errors.Is(err, ErrUnknown):
		write(w, noPayment())
	case err != nil:
		write(w, refuse(http.StatusConflict, "PY0001", err.Error()))
	default:
		write(w, answer{status: http.StatusOK, body: object{"status": body.Status}})
	}
}

func read(w http.ResponseWriter, r *http.Request, v any) bool {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		err = json.Unmarshal(raw, v)
	}
	if err != nil {
		write(w, malformed())
		return false
	}
	return true
}
