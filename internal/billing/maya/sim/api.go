package sim

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxBody bounds what a client may send.
const maxBody = 1 << 20

// request is an authenticated call of the API. Handlers run under the simulator's lock.
type request struct {
	*http.Request
	sim     *Simulator
	account Account
	book    *book
	body    []byte
	base    string // the public URL, with scheme
	now     time.Time
}

// answer is what a handler says. A handler that changed something says so; its callbacks start once the lock is free.
type answer struct {
	status  int
	body    any
	changed bool
	events  []event
}

type handler func(q *request) answer

// object is a JSON object.
type object = map[string]any

// routes lists everything that the simulator serves.
func (s *Simulator) routes(control bool) *http.ServeMux {
	mux := http.NewServeMux()
	secret := func(pattern string, h handler) { mux.Handle(pattern, s.api(h, false)) }

	mux.Handle("POST /checkout/v1/checkouts", s.api(createCheckout, true))
	secret("GET /checkout/v1/checkouts/{id}", getCheckout)
	secret("GET /payments/v1/payments/{id}", getPayment)
	secret("GET /payments/v1/payment-rrns/{rrn}", getByReference)
	secret("POST /payments/v1/payments/{id}/voids", voidPayment)
	secret("POST /payments/v1/payments/{id}/refunds", refundPayment)
	secret("GET /payments/v1/payments/{id}/refunds", listRefunds)
	secret("POST /payments/v1/payments/{id}/capture", capturePayment)
	secret("POST /payments/v1/payments/{id}/cancel", cancelPayment)
	secret("GET /checkout/v1/webhooks", listHooks)
	secret("POST /checkout/v1/webhooks", createHook)
	secret("PUT /checkout/v1/webhooks/{id}", updateHook)
	secret("DELETE /checkout/v1/webhooks/{id}", deleteHook)

	mux.HandleFunc("GET /v2/checkout", s.showPage)
	mux.HandleFunc("POST /v2/checkout", s.submitPage)
	if control {
		s.controlRoutes(mux)
	}
	return mux
}

// api wraps a handler with its kind of key, knobs, the lock and the answer's encoding.
func (s *Simulator) api(h handler, public bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			write(w, refuse(http.StatusBadRequest, "PY0064", "The body cannot be read."))
			return
		}
		a, knobs, lost := s.handle(h, public, r, body)
		s.announce(a.events...)
		if knobs.Latency > 0 {
			select {
			case <-time.After(knobs.Latency):
			case <-r.Context().Done():
			case <-s.life.Done():
			}
		}
		switch {
		case lost && knobs.LoseCode == "":
			panic(http.ErrAbortHandler) // cuts the connection
		case lost:
			write(w, refuse(http.StatusBadRequest, knobs.LoseCode, "The answer was lost."))
		default:
			write(w, a)
		}
	})
}

// handle runs the handler under the lock, and tells which knobs were in force and whether the answer is to be lost.
func (s *Simulator) handle(h handler, public bool, r *http.Request, body []byte) (answer, Knobs, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	knobs := s.knobs
	if knobs.FailNext > 0 {
		s.knobs.FailNext--
		if knobs.FailCode == "" {
			return answer{status: http.StatusInternalServerError, body: object{"message": "Internal error"}}, knobs, false
		}
		return refuse(http.StatusBadRequest, knobs.FailCode, "A system behind was not reached."), knobs, false
	}
	account, refused := s.authenticate(r, public)
	if refused != nil {
		return *refused, knobs, false
	}
	expired := s.expire()
	a := h(&request{Request: r, sim: s, account: account, book: s.book(account.PublicKey), body: body, base: s.base(r), now: s.now()})
	a.events = append(expired, a.events...)
	if a.changed {
		s.changed()
	}
	lost := knobs.LoseNext > 0 && r.Method != http.MethodGet
	if lost {
		s.knobs.LoseNext--
	}
	return a, knobs, lost
}

// authenticate finds the account of the key that stands as the user's name, and refuses one of the wrong kind. The
// lock is held.
func (s *Simulator) authenticate(r *http.Request, public bool) (Account, *answer) {
	key, password, _ := r.BasicAuth()
	asPublic, isPublic := s.accounts[key]
	owner, isSecret := s.secrets[key]
	var refused answer
	switch {
	case password != "" || key == "" || !isPublic && !isSecret:
		refused = refuse(http.StatusUnauthorized, "K003", "Invalid authentication credentials.")
	case public && isPublic:
		return asPublic, nil
	case !public && isSecret:
		return s.accounts[owner], nil
	default:
		refused = refuse(http.StatusUnauthorized, "PY0019", "The key lacks permission.")
	}
	return Account{}, &refused
}

// base is the public URL for links in answers.
func (s *Simulator) base(r *http.Request) string {
	if s.publicURL != "" {
		return s.publicURL
	}
	return "http://" + r.Host
}

func write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // a client that hung up is no matter
}

func refuse(status int, code, message string) answer {
	return answer{status: status, body: object{"code": code, "message": message}}
}

// invalid refuses parameters: pairs of a field and what is wrong with it.
func invalid(pairs ...string) answer {
	parameters := []object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		parameters = append(parameters, object{"field": pairs[i], "description": pairs[i+1]})
	}
	return answer{status: http.StatusBadRequest, body: object{
		"code": "2553", "message": "Missing/invalid parameters.", "parameters": parameters,
	}}
}

func malformed() answer {
	return refuse(http.StatusBadRequest, "PY0064", "The body is not valid JSON.")
}

func noPayment() answer { return refuse(http.StatusNotFound, "PY0009", "Payment does not exist.") }

// absolute tells whether a text is an address that a browser can be sent to.
func absolute(url string) bool {
	return strings.HasPrefix(url, "https://") || strings.HasPrefix(url, "http://")
}
