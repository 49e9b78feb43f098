package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"reserva/internal/billing/paperid"
)

// keepDeliveries is how many attempts Deliveries remembers.
const keepDeliveries = 200

// event is a callback to send.
type event struct {
	kind    paperid.CallbackKind
	account Account
	url     string
	body    []byte
}

// Delivery is one attempt to send a callback.
type Delivery struct {
	Kind    paperid.CallbackKind `json:"kind"`
	URL     string               `json:"url"`
	Body    json.RawMessage      `json:"body"`
	Status  int                  `json:"status"`          // 0 where there was no answer
	Error   string               `json:"error,omitempty"` // "dropped" and "no URL" included
	Attempt int                  `json:"attempt"`         // from 1; 0 where none was made
	At      time.Time            `json:"at"`
}

// Deliveries returns the latest attempts, oldest first.
func (s *Simulator) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

// Flush waits until no callback is under way, repetitions included.
func (s *Simulator) Flush(ctx context.Context) error {
	for {
		s.mu.Lock()
		idle := s.underway
		s.mu.Unlock()
		if idle == nil {
			return nil
		}
		select {
		case <-idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// announce sends callbacks in the given order, unless a knob turns it round, in the background. The lock is not held.
func (s *Simulator) announce(events ...event) {
	if len(events) == 0 {
		return
	}
	s.background(func() {
		knobs := s.Knobs()
		if !s.sleep(knobs.CallbackDelay) {
			return
		}
		if knobs.Reverse {
			slices.Reverse(events)
		}
		for _, e := range events {
			copies, reason := s.copies(e)
			if copies == 0 {
				s.record(e, Delivery{Error: reason})
			}
			for range copies {
				s.send(e)
			}
		}
	})
}

// background runs a delivery, counted for Flush.
func (s *Simulator) background(run func()) {
	s.mu.Lock()
	if s.sending == 0 {
		s.underway = make(chan struct{})
	}
	s.sending++
	s.mu.Unlock()
	done := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.sending--; s.sending == 0 {
			close(s.underway)
			s.underway = nil
		}
	}
	if !s.spawn(func() { defer done(); run() }) {
		done()
	}
}

// copies tells how often a callback is to be sent.
func (s *Simulator) copies(e event) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case e.url == "":
		return 0, "no URL"
	case s.knobs.Drop < 0:
		return 0, "dropped"
	case s.knobs.Drop > 0:
		s.knobs.Drop--
		return 0, "dropped"
	}
	return 1 + s.knobs.Duplicates, ""
}

// send makes the first attempt, and leaves repetitions to the background so that later callbacks are not held up.
func (s *Simulator) send(e event) {
	if s.attempt(e, 1) || len(s.retries) == 0 {
		return
	}
	s.background(func() {
		for i, wait := range s.retries {
			if !s.sleep(wait) || s.attempt(e, i+2) {
				return
			}
		}
	})
}

// attempt posts once and tells whether the receiver acknowledged with exactly HTTP 200.
func (s *Simulator) attempt(e event, number int) bool {
	d := Delivery{Attempt: number}
	status, err := s.post(e)
	d.Status = status
	switch {
	case err != nil:
		d.Error = err.Error()
	case status != http.StatusOK:
		d.Error = fmt.Sprintf("acknowledged with %d, not 200", status)
	}
	s.record(e, d)
	if d.Error != "" {
		s.log.Warn("paperid simulator: callback not acknowledged", "kind", e.kind, "attempt", number, "error", d.Error)
	}
	return d.Error == ""
}

func (s *Simulator) post(e event) (int, error) {
	req, err := http.NewRequestWithContext(s.life, http.MethodPost, e.url, bytes.NewReader(e.body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "paperid-simulator")
	knobs, company := s.Knobs(), e.account.CompanyID
	if knobs.CompanyID != "" {
		company = strings.TrimPrefix(knobs.CompanyID, "-")
	}
	if company != "" {
		req.Header.Set(paperid.CompanyHeader, company)
	}
	if e.account.WebhookSecret != "" && !knobs.Unsigned {
		req.Header.Set(paperid.SignatureHeader, paperid.Sign(e.account.WebhookSecret, e.body))
	}
	res, err := s.delivery.Do(req)
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

func (s *Simulator) record(e event, d Delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Kind, d.URL, d.Body, d.At = e.kind, e.url, e.body, s.now()
	s.deliveries = append(s.deliveries, d)
	if extra := len(s.deliveries) - keepDeliveries; extra > 0 {
		s.deliveries = slices.Delete(s.deliveries, 0, extra)
	}
}

// sleep waits, and tells whether the simulator still lives.
func (s *Simulator) sleep(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return s.life.Err() == nil
	case <-s.life.Done():
		return false
	}
}
