package sim

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxBody bounds what a client may send.
const maxBody = 1 << 20

// request is an authenticated call of the Open API. Handlers run under the simulator's lock.
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

// routes lists everything that the simulator serves.
func (s *Simulator) routes(control bool) *http.ServeMux {
	mux := http.NewServeMux()
	v1 := func(pattern string, h handler) { mux.Handle(pattern, s.api(h, refuse)) }
	v2 := func(pattern string, h handler) { mux.Handle(pattern, s.api(h, refuseV2)) }

	v1("GET /api/v1/health-check", func(*request) answer {
		return answer{status: 200, body: object{"status_code": 200, "message": "health"}}
	})
	v1("POST /api/v1/store-invoice", createInvoice)
	v1("GET /api/v1/sales-invoices/all", listInvoices)
	v1("GET /api/v1/sales-invoices/{id}", getInvoice)
	v1("POST /api/v1/sales-invoice/{id}/update", updateInvoice)
	v1("POST /api/v1/sales-invoices/send-all/{id}/{$}", sendInvoice)
	v1("DELETE /api/v1/sales-invoice/{id}", deleteInvoice)

	v1("POST /api/v1/payment/request", createPayRequest)
	v1("GET /api/v1/payment/request/{id}", getPayRequest)
	v1("POST /api/v1/payment/request/{id}/cancel", cancelPayRequest)
	v1("GET /api/v1/payment/history", listHistory)
	v1("GET /api/v1/payments/method", listMethods)
	v1("POST /api/v1/payment/request/credit-card", cardPage)
	v1("POST /api/v1/payment/simulation", simulatePayment)
	v1("GET /api/v1/payment/balance", balance)
	v1("GET /api/v1/payment/balance/list", listBalance)
	v1("POST /api/v1/withdrawal/request", createWithdrawal)

	v1("GET /api/v1/tax/list", listTaxes)
	v1("GET /api/v1/uom/list", listUnits)
	v1("POST /api/v1/bank-account/partner", addPartnerBank)
	v1("GET /api/v1/bank-account/{id}", getPartnerBank)

	v2("GET /api/v2/partners", listPartners)
	v2("POST /api/v2/partners", createPartner)
	v2("GET /api/v2/partners/{id}", getPartner)
	v2("PUT /api/v2/partners/{id}", updatePartner)
	v2("GET /api/v2/verification-request", requestCode)
	v2("POST /api/v2/withdrawal-bank-accounts", addBankAccount)
	v1("/api/", func(*request) answer { return refuse(http.StatusNotFound, "no such path") })

	mux.HandleFunc("GET /pay/{token}", s.showPage)
	mux.HandleFunc("POST /pay/{token}", s.submitPage)
	mux.HandleFunc("GET /pdf/{token}", s.showPDF)
	if control {
		s.controlRoutes(mux)
	}
	return mux
}

// api wraps a handler with credentials, knobs, the lock and the answer's encoding.
func (s *Simulator) api(h handler, refusal func(int, string) answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			write(w, refusal(http.StatusBadRequest, "the body cannot be read"))
			return
		}
		a, knobs, lost := s.handle(h, refusal, r, body)
		s.announce(a.events...)

		pause := knobs.Latency
		if r.Method != http.MethodGet {
			pause += knobs.WriteLatency
			if knobs.Spread > 0 {
				pause += rand.N(knobs.Spread)
			}
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-r.Context().Done():
			case <-s.life.Done():
			}
		}
		switch {
		case lost && knobs.LoseStatus == 0:
			panic(http.ErrAbortHandler) // cuts the connection
		case lost:
			write(w, refusal(knobs.LoseStatus, "the answer was lost"))
		default:
			write(w, a)
		}
	})
}

// handle runs the handler under the lock, and tells which knobs were in force and whether the answer is to be lost.
func (s *Simulator) handle(h handler, refusal func(int, string) answer, r *http.Request, body []byte) (answer, Knobs, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	knobs := s.knobs
	if knobs.FailNext > 0 {
		s.knobs.FailNext--
		status := knobs.FailStatus
		if status == 0 {
			status = http.StatusInternalServerError
		}
		return refusal(status, "internal server error"), knobs, false
	}
	clientID, secret := proof(r)
	account, ok := s.accounts[clientID]
	if !ok || secret == "" || subtle.ConstantTimeCompare([]byte(secret), []byte(account.ClientSecret)) != 1 {
		return refusal(http.StatusUnauthorized, "unauthorized"), knobs, false
	}
	a := h(&request{
		Request: r, sim: s, account: account, book: s.book(account.ClientID), body: body,
		base: s.base(r), now: s.now(),
	})
	if a.changed {
		s.changed()
	}
	lost := knobs.LoseNext > 0 && r.Method != http.MethodGet
	if lost {
		s.knobs.LoseNext--
	}
	return a, knobs, lost
}

// proof is what a request shows of its credentials: two headers, or one on the call about cards.
func proof(r *http.Request) (clientID, secret string) {
	if r.URL.Path != "/api/v1/payment/request/credit-card" {
		return r.Header.Get("client_id"), r.Header.Get("client_secret")
	}
	raw, _ := base64.StdEncoding.DecodeString(r.Header.Get("Authorization"))
	clientID, secret, _ = strings.Cut(string(raw), "|")
	return clientID, secret
}

// base is the public URL for links in answers.
func (s *Simulator) base(r *http.Request) string {
	if s.publicURL != "" {
		return s.publicURL
	}
	return "http://" + r.Host
}

// bare drops the scheme, as the provider does with payment links.
func bare(url string) string {
	_, rest, found := strings.Cut(url, "://")
	if !found {
		return url
	}
	return rest
}

func write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	_ = json.NewEncoder(w).Encode(a.body) // a client that hung up is no matter
}

// object is a JSON object.
type object = map[string]any

// The provider's envelopes, and its refusals.

func refuse(status int, message string) answer {
	return answer{status: status, body: object{"status_code": status, "message": message, "data": nil}}
}

func refuseInvoice(status int, message string) answer {
	return answer{status: status, body: object{"error": object{"status_code": status, "message": message}}}
}

func refuseV2(status int, message string) answer {
	return answer{status: status, body: object{
		"status_code": status, "error_code": "ERR-CMN-" + strconv.Itoa(status), "message": message, "data": nil,
	}}
}

// decode reads the body, and tells whether it was JSON of the expected types.
func (q *request) decode(v any) bool { return json.Unmarshal(q.body, v) == nil }

// number reads a query parameter that must not be negative.
func (q *request) number(name string, fallback, most int) int {
	n, err := strconv.Atoi(q.URL.Query().Get(name))
	if err != nil || n < 0 {
		return fallback
	}
	return min(n, most)
}
