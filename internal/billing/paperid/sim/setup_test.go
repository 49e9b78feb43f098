package sim_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
)

const (
	clientID = "client-1"
	secret   = "s3cret-s3cret"
)

// inbox is the receiver of callbacks.
type inbox struct {
	url string

	mu      sync.Mutex
	status  []int // answers to give, 200 when used up
	got     []paperid.Callback
	bodies  [][]byte
	headers []http.Header
}

func newInbox(t *testing.T, status ...int) *inbox {
	in := &inbox{status: status}
	server := httptest.NewServer(in)
	t.Cleanup(server.Close)
	in.url = server.URL + "/webhooks"
	return in
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c, err := paperid.ParseCallback(body)
	in.mu.Lock()
	defer in.mu.Unlock()
	status := http.StatusOK
	if len(in.status) > 0 {
		status, in.status = in.status[0], in.status[1:]
	}
	if err != nil || r.Method != http.MethodPost {
		status = http.StatusBadRequest
	}
	in.got, in.bodies, in.headers = append(in.got, c), append(in.bodies, body), append(in.headers, r.Header)
	w.WriteHeader(status)
}

// kinds lists what arrived, as "payment_in PAID".
func (in *inbox) kinds() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	var list []string
	for _, c := range in.got {
		list = append(list, string(c.Kind)+" "+c.Status)
	}
	return strings.Join(list, ", ")
}

type world struct {
	*sim.Simulator
	client *paperid.Client
	url    string
	t      *testing.T
}

func clock() time.Time { return time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC) }

func account(in *inbox) sim.Account {
	a := sim.Account{ClientID: clientID, ClientSecret: secret, Business: "Salon Melati"}
	if in != nil {
		a.Callbacks = sim.ToOne(in.url)
	}
	return a
}

func newWorld(t *testing.T, cfg sim.Config) *world {
	t.Helper()
	cfg.Clock = clock
	s, err := sim.New(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	client, err := paperid.New(paperid.Config{BaseURL: server.URL, ClientID: clientID, ClientSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	return &world{Simulator: s, client: client, url: server.URL, t: t}
}

func (w *world) invoice(number string) paperid.CreatedInvoice {
	w.t.Helper()
	created, err := w.client.CreateInvoice(w.t.Context(), paperid.InvoiceInput{
		Number:          number,
		InvoiceDate:     paperid.Date{Year: 2026, Month: time.March, Day: 10},
		DueDate:         paperid.Date{Year: 2026, Month: time.March, Day: 17},
		Customer:        paperid.Customer{ID: "c-1", Name: `Siti <b>"A"</b>`, Phone: "+6281234567890"},
		Items:           []paperid.Item{{Name: "Hair & <i>spa</i>", Quantity: 2, Price: 50_000}},
		DeliveryFee:     8_000,
		SignatureHeader: "Melati & Co",
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return created
}

func (w *world) status(id string) paperid.PaymentStatus {
	w.t.Helper()
	inv, err := w.client.GetInvoice(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return inv.PaymentStatus
}

func (w *world) flush() {
	w.t.Helper()
	if err := w.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// browse fetches a page, following redirects as a browser does.
func browse(t *testing.T, address string, form url.Values) (int, string, http.Header) {
	t.Helper()
	var res *http.Response
	var err error
	if form == nil {
		res, err = http.Get(address)
	} else {
		res, err = http.PostForm(address, form)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body), res.Header
}

func form(outcome, method string) url.Values {
	return url.Values{"outcome": {outcome}, "method": {method}}
}

// send calls the remote control.
func send(t *testing.T, method, address, body string, into any) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if into != nil {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	return res.StatusCode
}
