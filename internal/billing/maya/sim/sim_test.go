package sim_test

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/billing/maya/sim"
	"reserva/internal/kit/money"
)

func clock() time.Time { return time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC) }

// inbox receives callbacks and checks their signatures.
type inbox struct {
	url  string
	keys func() ([]*rsa.PublicKey, error)

	mu       sync.Mutex
	statuses []int // answers to give, 200 when used up
	got      []string
}

func (in *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c, err := maya.ParseCallback(body)
	keys, keyErr := in.keys()
	in.mu.Lock()
	defer in.mu.Unlock()
	signed := ""
	if err == nil && keyErr == nil && maya.Verify(keys, body, r.Header.Get(maya.SignatureHeader), r.Header.Get(maya.TimestampHeader), clock()) == nil {
		signed = " signed"
	}
	status := http.StatusOK
	if len(in.statuses) > 0 {
		status, in.statuses = in.statuses[0], in.statuses[1:]
	}
	in.got = append(in.got, string(c.Status)+signed)
	w.WriteHeader(status)
}

func (in *inbox) heard() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	return strings.Join(in.got, ", ")
}

type world struct {
	*sim.Simulator
	t      *testing.T
	url    string
	client *maya.Client
	inbox  *inbox
}

func newWorld(t *testing.T, c sim.Config) *world {
	t.Helper()
	c.Clock = clock
	c.Accounts = []sim.Account{{PublicKey: "pk-1", SecretKey: "sk-1", Business: `Salon <b>"A"</b>`}}
	s, err := sim.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Simulator: s, t: t, inbox: &inbox{keys: s.PublicKeys}}
	server, receiver := httptest.NewServer(s), httptest.NewServer(w.inbox)
	t.Cleanup(func() {
		server.Close()
		receiver.Close()
		if err := s.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	w.url, w.inbox.url = server.URL, receiver.URL
	if w.client, err = maya.New(maya.Config{BaseURL: w.url, PagesURL: w.url, PublicKey: "pk-1", SecretKey: "sk-1"}); err != nil {
		t.Fatal(err)
	}
	return w
}

// listens registers every event.
func (w *world) listens() *world {
	w.t.Helper()
	for _, name := range maya.Events() {
		if _, err := w.client.CreateWebhook(w.t.Context(), name, w.inbox.url); err != nil {
			w.t.Fatal(err)
		}
	}
	return w
}

func (w *world) checkout() maya.CreatedCheckout {
	w.t.Helper()
	made, err := w.client.CreateCheckout(w.t.Context(), maya.CheckoutInput{
		Reference: "INV-1", Currency: money.PHP, Items: []maya.Item{{Name: "Hair & <i>spa</i>", Description: "With Ayu", Quantity: 2, Price: 1250_25}},
		Buyer: maya.Buyer{FirstName: "Juan"}, Return: maya.Redirects{Success: "https://book.example.com/s", Cancel: "https://book.example.com/c"},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w *world) flush() {
	w.t.Helper()
	if err := w.Flush(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// browse opens a page, or sends its form and follows the redirect as a browser does.
func browse(t *testing.T, address, outcome string) (int, string) {
	t.Helper()
	var res *http.Response
	var err error
	if outcome == "" {
		res, err = http.Get(address)
	} else {
		res, err = http.PostForm(address, url.Values{"outcome": {outcome}, "method": {"card:visa"}})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestPage(t *testing.T) {
	t.Parallel()
	for outcome, want := range map[string]struct {
		status   maya.Status
		shows    string
		callback string
	}{
		"success": {maya.Success, "https://book.example.com/s", "PAYMENT_SUCCESS signed"},
		"failure": {maya.Failed, "nothing was charged", "PAYMENT_FAILED signed"},
		"cancel":  {maya.Cancelled, "https://book.example.com/c", "PAYMENT_CANCELLED signed"},
		"leave":   {maya.PendingToken, "You left without paying", ""},
	} {
		t.Run(outcome, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, sim.Config{}).listens()
			made := w.checkout()
			if status, body := browse(t, made.URL, ""); status != 200 || !strings.Contains(body, "PHP 2,500.50") ||
				!strings.Contains(body, "Hair &amp; &lt;i&gt;spa") || !strings.Contains(body, "12:00 (GMT+8)") {
				t.Errorf("page: %d\n%s", status, body)
			}
			status, body := browse(t, made.URL, outcome)
			if status != 200 || !strings.Contains(body, want.shows) {
				t.Errorf("then: %d\n%s", status, body)
			}
			if p, err := w.client.GetPayment(t.Context(), made.ID); err != nil || p.Status != want.status {
				t.Errorf("payment %+v, %v", p, err)
			}
			w.flush()
			if got := w.inbox.heard(); got != want.callback {
				t.Errorf("heard %q", got)
			}
			if want.status == maya.PendingToken {
				return
			}
			if status, _ := browse(t, made.URL, "success"); status != 409 {
				t.Errorf("a second time: %d", status)
			}
		})
	}
	w := newWorld(t, sim.Config{})
	made := w.checkout()
	for address, want := range map[string]int{w.url + "/v2/checkout?id=nobody": 404, w.url + "/v2/checkout": 404} {
		if status, _ := browse(t, address, ""); status != want {
			t.Errorf("%s: %d", address, status)
		}
		if status, _ := browse(t, address, "success"); status != want {
			t.Errorf("pay %s: %d", address, status)
		}
	}
	if status, _ := browse(t, made.URL, "nonsense"); status != 400 {
		t.Errorf("nonsense: %d", status)
	}
	w.Advance(2 * time.Hour)
	if status, body := browse(t, made.URL, ""); status != 200 || !strings.Contains(body, "The time to pay ended at 12:00") {
		t.Errorf("expired: %d\n%s", status, body)
	}
}

func TestCallbacks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config sim.Config
		answer []int
		want   string
	}{
		"twice":          {sim.Config{Knobs: sim.Knobs{Duplicates: 1}}, nil, "PAYMENT_SUCCESS signed, PAYMENT_SUCCESS signed"},
		"never":          {sim.Config{Knobs: sim.Knobs{Drop: 1}}, nil, ""},
		"a late expiry":  {sim.Config{Knobs: sim.Knobs{LateExpiry: true}}, nil, "PAYMENT_SUCCESS signed, PAYMENT_EXPIRED signed"},
		"unsigned":       {sim.Config{Knobs: sim.Knobs{Unsigned: true}}, nil, "PAYMENT_SUCCESS"},
		"until it heard": {sim.Config{Retries: []time.Duration{1, 1, 1}}, []int{500, 302, 204}, strings.Repeat("PAYMENT_SUCCESS signed, ", 2) + "PAYMENT_SUCCESS signed"},
		"four calls":     {sim.Config{Retries: []time.Duration{1, 1, 1}}, []int{500, 500, 500, 500, 500}, strings.Repeat("PAYMENT_SUCCESS signed, ", 3) + "PAYMENT_SUCCESS signed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.config).listens()
			w.inbox.statuses = c.answer
			made := w.checkout()
			if err := w.Act("pk-1", "INV-1", maya.Success); err != nil {
				t.Fatal(err)
			}
			w.flush()
			if got := w.inbox.heard(); got != c.want {
				t.Errorf("heard %q, want %q", got, c.want)
			}
			if p, err := w.client.GetPayment(t.Context(), made.ID); err != nil || p.Status != maya.Success {
				t.Errorf("%+v, %v", p, err)
			}
		})
	}
	if got := len(sim.Schedule()) + 1; got != 4 {
		t.Errorf("%d calls are documented as 4", got)
	}
}

// Each call wants one kind of key.
func TestKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Config{})
	for _, c := range []struct {
		method, path, key, code string
	}{
		{"POST", "/checkout/v1/checkouts", "sk-1", "PY0019"},
		{"POST", "/checkout/v1/checkouts", "pk-2", "K003"},
		{"POST", "/checkout/v1/checkouts", "pk-1", "PY0064"},
		{"GET", "/payments/v1/payments/x", "pk-1", "PY0019"},
		{"GET", "/payments/v1/payments/x", "", "K003"},
		{"GET", "/payments/v1/payments/x", "sk-1", "PY0009"},
		{"GET", "/checkout/v1/webhooks", "pk-1", "PY0019"},
		{"PUT", "/checkout/v1/webhooks/x", "sk-1", "PY0064"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, w.url+c.path, strings.NewReader("{"))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(c.key, "")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body struct{ Code string }
		err = json.NewDecoder(res.Body).Decode(&body)
		res.Body.Close()
		if err != nil || body.Code != c.code {
			t.Errorf("%s %s as %q: %q, %v, want %s", c.method, c.path, c.key, body.Code, err, c.code)
		}
	}
}

// Pages outlive a restart, and so does the clock.
func TestSnapshot(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "maya.json")
	w := newWorld(t, sim.Config{File: file})
	made := w.checkout()
	w.Advance(30 * time.Minute)
	if err := w.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := newWorld(t, sim.Config{File: file})
	if status, body := browse(t, again.url+"/v2/checkout?id="+made.ID, ""); status != 200 || !strings.Contains(body, "PHP 2,500.50") {
		t.Errorf("page: %d\n%s", status, body)
	}
	if again.Advance(30 * time.Minute); again.Status("pk-1", made.ID) != maya.Expired {
		t.Error("the clock was set back")
	}
}

// The pages of an account that was added later are there before anybody adds it again; what asks for its secret key has
// to wait.
func TestAccountsOutliveARestart(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "maya.json")
	first := newWorld(t, sim.Config{File: file})
	first.SetAccount(sim.Account{PublicKey: "pk-own", SecretKey: "sk-own", Business: "Glow"})
	own := func(url string) *maya.Client {
		client, err := maya.New(maya.Config{BaseURL: url, PagesURL: url, PublicKey: "pk-own", SecretKey: "sk-own", Retries: -1})
		if err != nil {
			t.Fatal(err)
		}
		return client
	}
	first.client = own(first.url)
	made := first.checkout()
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := newWorld(t, sim.Config{File: file})
	if status, body := browse(t, again.url+"/v2/checkout?id="+made.ID, "success"); status != 200 || !strings.Contains(body, "Glow") {
		t.Errorf("page: %d\n%s", status, body)
	}
	if again.Status("pk-own", made.ID) != maya.Success {
		t.Error("the page took no money")
	}
	if _, err := own(again.url).GetPayment(t.Context(), made.ID); !errors.Is(err, maya.ErrUnauthorized) {
		t.Errorf("a key that nobody added again: %v", err)
	}
}

func TestRemoteControl(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Config{Control: true})
	made := w.checkout()
	send := func(method, path, body string, want int) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, w.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		if res.StatusCode != want {
			t.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
		}
		return string(text)
	}
	if got := send("GET", "/sim/payments", "", 200); !strings.Contains(got, made.ID) {
		t.Errorf("payments %s", got)
	}
	send("PUT", "/sim/knobs", `{"ongoing_refunds": 1}`, 200)
	send("PUT", "/sim/knobs", `{`, 400)
	if got := send("GET", "/sim/knobs", "", 200); !strings.Contains(got, `"ongoing_refunds":1`) {
		t.Errorf("knobs %s", got)
	}
	pay := `{"public_key": "pk-1", "payment": "INV-1", "status": "PAYMENT_SUCCESS"}`
	send("POST", "/sim/payments/status", pay, 200)
	send("POST", "/sim/payments/status", pay, 409)
	send("POST", "/sim/payments/status", `{"public_key": "pk-1", "payment": "x", "status": "PAYMENT_FAILED"}`, 404)
	send("POST", "/sim/payments/status", `{"status": "REFUNDED"}`, 400)
	send("POST", "/sim/clock", `{"advance": "24h"}`, 200)
	send("POST", "/sim/clock", `{"advance": "soon"}`, 400)
	if r, err := w.client.Refund(t.Context(), made.ID, 100, money.PHP, "late"); err != nil || r.Status != maya.RefundOngoing {
		t.Errorf("refund %+v, %v", r, err)
	}
	send("POST", "/sim/refunds", `{"well": false}`, 200)
	if list, err := w.client.ListRefunds(t.Context(), made.ID); err != nil || len(list) != 1 || list[0].Status != maya.RefundFailed {
		t.Errorf("refunds %+v, %v", list, err)
	}
	if got := send("GET", "/sim/deliveries", "", 200); !strings.Contains(got, "not registered") {
		t.Errorf("deliveries %s", got)
	}
}
