package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"reserva/internal/billing/maya"
)

// keepDeliveries is how many attempts Deliveries remembers.
const keepDeliveries = 200

// event is a callback to send.
type event struct {
	name, url string
	body      []byte
}

// Delivery is one attempt to send a callback.
type Delivery struct {
	Name    string          `json:"name"`
	URL     string          `json:"url"`
	Body    json.RawMessage `json:"body"`
	Status  int             `json:"status"`          // 0 where there was no answer
	Error   string          `json:"error,omitempty"` // "dropped" and "not registered" included
	Attempt int             `json:"attempt"`         // from 1; 0 where none was made
	At      time.Time       `json:"at"`
}

// Deliveries returns the latest attempts, oldest first.
func (s *Simulator) Deliveries() []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.deliveries)
}

// callbacks are what a status of a payment is told with: the payment itself, whose status is the event's name. The
// lock is held.
func (s *Simulator) callbacks(account Account, p *payment, status maya.Status) []event {
	body := s.paymentObject(p)
	body["status"] = status
	raw, _ := json.Marshal(body) // strings, numbers and times only
	e := event{name: string(status), body: raw}
	for _, h := range s.book(account.PublicKey).Hooks {
		if h.Name == e.name {
			e.url = h.URL
		}
	}
	return []event{e}
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

// announce sends callbacks in the given order, in the background. The lock is not held.
func (s *Simulator) announce(events ...event) {
	if len(events) == 0 {
		return
	}
	s.background(func() {
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
		return 0, "not registered"
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

// attempt posts once and tells whether the receiver acknowledged with any 2xx.
func (s *Simulator) attempt(e event, number int) bool {
	d := Delivery{Attempt: number}
	status, err := s.post(e)
	d.Status = status
	switch {
	case err != nil:
		d.Error = err.Error()
	case status/100 != 2:
		d.Error = fmt.Sprintf("acknowledged with %d, not 2xx", status)
	}
	s.record(e, d)
	if d.Error != "" {
		s.log.Warn("maya simulator: callback not acknowledged", "event", e.name, "attempt", number, "error", d.Error)
	}
	return d.Error == ""
}

func (s *Simulator) post(e event) (int, error) {
	req, err := http.NewRequestWithContext(s.life, http.MethodPost, e.url, bytes.NewReader(e.body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "maya-simulator")
	if !s.Knobs().Unsigned {
		key, err := s.key()
		if err != nil {
			return 0, err
		}
		signature, err := maya.Sign(key, e.body, newUUID())
		if err != nil {
			return 0, err
		}
		req.Header.Set(maya.SignatureHeader, signature)
		req.Header.Set(maya.TimestampHeader, strconv.FormatInt(s.clock().UnixMilli(), 10))
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
	d.Name, d.URL, d.Body, d.At = e.name, e.url, e.body, s.now()
	s.deliveries = append(s.deliveries, d)
	if extra := len(s.deliveries) - keepDeliveries; extra > 0 {
		s.deliveries = slices.Delete(s.deliveries, 0, extra)
	}
}
