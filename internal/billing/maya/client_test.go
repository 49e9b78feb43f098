package maya_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/billing/maya/sim"
	"reserva/internal/kit/money"
)

// A payment is voided on its own day and refunded from the next one on, by GMT+8.
func TestVoidAndRefund(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Config{})
	today := w.paid(100_00)
	if p := w.payment(today); !p.CanVoid || p.CanRefund || p.Status != maya.Success || p.Method != "maya-wallet" {
		t.Errorf("on the day: %+v", p)
	}
	if _, err := w.client.Refund(t.Context(), today, 100, money.PHP, "late"); !errors.Is(err, maya.ErrNotRefundable) {
		t.Errorf("refund on the day: %v", err)
	}
	voided, err := w.client.Void(t.Context(), today, "a mistake")
	if err != nil || voided.Status != maya.RefundSuccess || voided.ID == "" {
		t.Errorf("void: %+v, %v", voided, err)
	}
	if p := w.payment(today); p.Status != maya.Voided || p.CanVoid || !p.Status.Over() {
		t.Errorf("voided: %+v", p)
	}

	kept := w.paid(100_00)
	w.Advance(12*time.Hour + 59*time.Minute) // a minute before midnight
	if p := w.payment(kept); !p.CanVoid || p.CanRefund {
		t.Errorf("before midnight: %+v", p)
	}
	w.Advance(time.Minute)
	if p := w.payment(kept); p.CanVoid || !p.CanRefund {
		t.Errorf("after midnight: %+v", p)
	}
	if _, err := w.client.Void(t.Context(), kept, "a mistake"); !errors.Is(err, maya.ErrNotVoidable) {
		t.Errorf("void the day after: %v", err)
	}
	part, err := w.client.Refund(t.Context(), kept, 30_50, money.PHP, "late")
	if err != nil || part.Status != maya.RefundSuccess || part.Amount != 30_50 {
		t.Errorf("a part: %+v, %v", part, err)
	}
	if _, err := w.client.Refund(t.Context(), kept, 69_51, money.PHP, "late"); !errors.Is(err, maya.ErrRefundAmount) {
		t.Errorf("too much: %v", err)
	}
	w.SetKnobs(sim.Knobs{Ongoing: 1})
	rest, err := w.client.Refund(t.Context(), kept, 69_50, money.PHP, "late")
	if err != nil || rest.Status != maya.RefundOngoing {
		t.Errorf("the rest: %+v, %v", rest, err)
	}
	w.FinishRefunds(true)
	list, err := w.client.ListRefunds(t.Context(), kept)
	if err != nil || len(list) != 2 || list[0].Amount != 30_50 || list[1].Amount != 69_50 || list[1].Status != maya.RefundSuccess {
		t.Errorf("refunds %+v, %v", list, err)
	}
	old := w.paid(100_00)
	w.Advance(182 * 24 * time.Hour)
	if p := w.payment(old); p.CanRefund {
		t.Errorf("after half a year: %+v", p)
	}
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sim.Config{})
	made := w.checkout(100_00)
	w.Advance(maya.Lifetime - time.Second)
	if p := w.payment(made); p.Status.Over() {
		t.Errorf("within its hour: %s", p.Status)
	}
	w.Advance(time.Second)
	if p := w.payment(made); p.Status != maya.Expired {
		t.Errorf("after its hour: %s", p.Status)
	}
	if err := w.Act(publicKey, made, maya.Success); !errors.Is(err, sim.ErrOver) {
		t.Errorf("paid after its hour: %v", err)
	}
	if c, err := w.client.GetCheckout(t.Context(), made); err != nil || c.Status != maya.CheckoutExpired || c.ExpiredAt.IsZero() {
		t.Errorf("%+v, %v", c, err)
	}
}

// A create whose answer is lost may have been done, and is found by its reference.
func TestLostAnswers(t *testing.T) {
	t.Parallel()
	for name, knobs := range map[string]sim.Knobs{
		"cut":         {LoseNext: 1},
		"unreachable": {LoseNext: 1, LoseCode: "PY0015"},
	} {
		w := newWorld(t, sim.Config{Knobs: knobs})
		in := input(100_00)
		_, err := w.client.CreateCheckout(t.Context(), in)
		if !errors.Is(err, maya.ErrUncertain) || !errors.Is(err, maya.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
		if found, err := w.client.PaymentsByReference(t.Context(), in.Reference); err != nil || len(found) != 1 {
			t.Errorf("%s: found %v, %v", name, found, err)
		}
	}
	w := newWorld(t, sim.Config{Knobs: sim.Knobs{FailNext: 2, FailCode: "PY9999"}})
	if _, err := w.client.PaymentsByReference(t.Context(), "x"); err != nil {
		t.Errorf("a read is not repeated: %v", err)
	}
}

// Nobody listens there: certainly nothing was done.
func TestNobodyThere(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	c, err := maya.New(maya.Config{BaseURL: server.URL, PagesURL: server.URL, PublicKey: publicKey, SecretKey: secretKey, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.CreateCheckout(t.Context(), input(100_00))
	if !errors.Is(err, maya.ErrUnavailable) || errors.Is(err, maya.ErrUncertain) {
		t.Errorf("%v", err)
	}
}

// Answers as other generations of the API give them.
func TestOtherShapes(t *testing.T) {
	t.Parallel()
	answers := map[string]string{
		"/payments/v1/payments/number":     `{"id": "number", "status": "PAYMENT_SUCCESS", "amount": 2943.5, "currency": "PHP", "createdAt": "yesterday"}`,
		"/payments/v1/payments/text":       `{"id": "text", "status": "PAYMENT_SUCCESS", "amount": "2943.50", "currency": "PHP", "createdAt": "2026-03-10T03:00:00.000Z"}`,
		"/payments/v1/payments/nonsense":   `{"id": "nonsense", "amount": "much"}`,
		"/payments/v1/payments/list":       `[]`,
		"/checkout/v1/checkouts/amount":    `{"id": "amount", "status": "CREATED", "totalAmount": {"amount": "10.00", "currency": "PHP"}}`,
		"/payments/v1/payments/p/refunds":  `[{"id": "r", "status": "SUCCESS", "amount": {"amount": "1.00", "currency": "PHP"}}, {"id": "s", "status": "FAILED", "amount": 2}]`,
		"/payments/v1/payment-rrns/redirs": "",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if body := answers[r.URL.Path]; body != "" {
			_, _ = w.Write([]byte(body))
			return
		}
		http.Redirect(w, r, "/elsewhere", http.StatusFound)
	}))
	t.Cleanup(server.Close)
	c, err := maya.New(maya.Config{BaseURL: server.URL, PagesURL: server.URL, PublicKey: publicKey, SecretKey: secretKey, Retries: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"number", "text"} {
		if p, err := c.GetPayment(t.Context(), id); err != nil || p.Amount != 2943_50 {
			t.Errorf("%s: %+v, %v", id, p, err)
		}
	}
	for _, id := range []string{"nonsense", "list"} {
		if p, err := c.GetPayment(t.Context(), id); !errors.Is(err, maya.ErrUnavailable) {
			t.Errorf("%s: %+v, %v", id, p, err)
		}
	}
	if found, err := c.GetCheckout(t.Context(), "amount"); err != nil || found.Total != 10_00 {
		t.Errorf("checkout: %+v, %v", found, err)
	}
	if list, err := c.ListRefunds(t.Context(), "p"); err != nil || len(list) != 2 || list[0].Amount != 100 || list[1].Amount != 200 {
		t.Errorf("refunds: %+v, %v", list, err)
	}
	if _, err := c.PaymentsByReference(t.Context(), "redirs"); err == nil || strings.Contains(err.Error(), secretKey) {
		t.Errorf("a redirect: %v", err)
	}
}

func TestParseCallback(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]maya.Callback{
		`{"id": "p", "status": "PAYMENT_SUCCESS", "requestReferenceNumber": "INV-1", "amount": "2943"}`: {ID: "p", Reference: "INV-1", Status: maya.Success},
		`{"id": "c", "status": "COMPLETED", "paymentStatus": "PAYMENT_SUCCESS", "items": []}`:           {ID: "c", Status: maya.Success},
		`{"id": 7, "status": {"a": 1}}`: {},
		`{"id": "a\u0000b"}`:            {ID: "ab"},
	} {
		if got, err := maya.ParseCallback([]byte(body)); err != nil || got != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	for _, body := range []string{``, `null`, `[]`, `"x"`, `{`} {
		if got, err := maya.ParseCallback([]byte(body)); !errors.Is(err, maya.ErrMalformedCallback) {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
}

func TestConfig(t *testing.T) {
	t.Parallel()
	good := maya.Config{BaseURL: maya.SandboxURL, PagesURL: maya.SandboxPages, PublicKey: publicKey, SecretKey: secretKey}
	if _, err := maya.New(good); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*maya.Config){
		"keys swapped": func(c *maya.Config) { c.PublicKey, c.SecretKey = c.SecretKey, c.PublicKey },
		"no secret":    func(c *maya.Config) { c.SecretKey = "" },
		"a line":       func(c *maya.Config) { c.SecretKey = "sk-a\nb" },
		"no scheme":    func(c *maya.Config) { c.BaseURL = "pg.maya.ph" },
		"no pages":     func(c *maya.Config) { c.PagesURL = "" },
		"a user":       func(c *maya.Config) { c.BaseURL = "https://a:b@pg.maya.ph" },
	} {
		bad := good
		change(&bad)
		if c, err := maya.New(bad); err == nil {
			t.Errorf("%s: %v", name, c)
		}
	}
}
