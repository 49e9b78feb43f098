package maya_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/billing/maya/sim"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
)

// target is what the suite runs against: an account, simulated or of the provider's sandbox.
type target struct {
	*maya.Client
	config maya.Config
}

// The same suite runs against the simulator and, where RESERVA_TEST_MAYA_PUBLIC_KEY and RESERVA_TEST_MAYA_SECRET_KEY
// hold the keys of an account there, against the provider's sandbox.
func TestContract(t *testing.T) {
	t.Parallel()
	targets := map[string]maya.Config{"simulator": newWorld(t, sim.Config{}).config}
	if public, secret := os.Getenv("RESERVA_TEST_MAYA_PUBLIC_KEY"), os.Getenv("RESERVA_TEST_MAYA_SECRET_KEY"); public != "" {
		targets["sandbox"] = maya.Config{BaseURL: maya.SandboxURL, PagesURL: maya.SandboxPages, PublicKey: public, SecretKey: secret}
	}
	for name, config := range targets {
		client, err := maya.New(config)
		if err != nil {
			t.Fatal(err)
		}
		for what, test := range map[string]func(*testing.T, target){
			"checkout": contractCheckout, "absent": contractAbsent, "refused": contractRefused, "keys": contractKeys,
			"cancel": contractCancel, "unpaid": contractUnpaid, "webhooks": contractWebhooks,
		} {
			t.Run(name+"/"+what, func(t *testing.T) { test(t, target{client, config}) })
		}
	}
}

func input(amount int64) maya.CheckoutInput {
	return maya.CheckoutInput{
		Reference: "INV-" + string(id.New()), Currency: money.PHP,
		Items:    []maya.Item{{Name: "Haircut", Code: "1", Description: "With Ayu", Quantity: 1, Price: amount}},
		Buyer:    maya.Buyer{FirstName: "Juan", LastName: "Dela Cruz", Email: "juan@example.com", Phone: "+639171234567"},
		Return:   maya.Redirects{Success: "https://book.example.com/s", Failure: "https://book.example.com/f", Cancel: "https://book.example.com/c"},
		Metadata: map[string]string{"business": "Glow & Co"},
	}
}

func contractCheckout(t *testing.T, to target) {
	in := input(123_45)
	in.Items = append(in.Items, maya.Item{Name: "Shampoo", Code: "2", Description: "Small", Quantity: 2, Price: 50_05})
	made, err := to.CreateCheckout(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if made.ID == "" || made.URL != to.PageURL(made.ID) {
		t.Errorf("made %+v, want the page %s", made, to.PageURL(made.ID))
	}
	checkout, err := to.GetCheckout(t.Context(), made.ID)
	if err != nil || checkout.Status != maya.CheckoutCreated || checkout.Total != 223_55 || checkout.Currency != money.PHP || checkout.Reference != in.Reference {
		t.Errorf("checkout %+v, %v", checkout, err)
	}
	payment, err := to.GetPayment(t.Context(), made.ID)
	if err != nil || payment.ID != made.ID || payment.Status.Paid() || payment.Status.Over() || payment.Amount != 223_55 || payment.Reference != in.Reference {
		t.Errorf("payment %+v, %v", payment, err)
	}
	found, err := to.PaymentsByReference(t.Context(), in.Reference)
	if err != nil || len(found) != 1 || found[0].ID != made.ID {
		t.Errorf("by reference %+v, %v", found, err)
	}
	// The provider makes a second checkout under a reference, and tells of both.
	if _, err := to.CreateCheckout(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if found, err := to.PaymentsByReference(t.Context(), in.Reference); err != nil || len(found) != 2 {
		t.Errorf("by reference %+v, %v", found, err)
	}
}

func contractAbsent(t *testing.T, to target) {
	const nobody = "00000000-0000-4000-8000-000000000000"
	if found, err := to.PaymentsByReference(t.Context(), "INV-"+string(id.New())); err != nil || len(found) != 0 {
		t.Errorf("by reference %+v, %v", found, err)
	}
	for name, err := range map[string]error{
		"payment":  second(to.GetPayment(t.Context(), nobody)),
		"checkout": second(to.GetCheckout(t.Context(), nobody)),
		"refunds":  second(to.ListRefunds(t.Context(), nobody)),
		"void":     second(to.Void(t.Context(), nobody, "a mistake")),
		"refund":   second(to.Refund(t.Context(), nobody, 100, money.PHP, "a mistake")),
		"cancel":   to.Cancel(t.Context(), nobody),
		"no id":    second(to.GetPayment(t.Context(), "")),
		"parent":   second(to.GetPayment(t.Context(), "..")),
		"webhook":  to.DeleteWebhook(t.Context(), nobody),
	} {
		if !errors.Is(err, maya.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func contractRefused(t *testing.T, to target) {
	for name, change := range map[string]func(*maya.CheckoutInput){
		"nothing to pay": func(in *maya.CheckoutInput) { in.Items[0].Price = 0 },
		"no address":     func(in *maya.CheckoutInput) { in.Return.Success = "not an address" },
	} {
		in := input(100_00)
		change(&in)
		_, err := to.CreateCheckout(t.Context(), in)
		var refused *maya.APIError
		if !errors.As(err, &refused) || refused.Status != 400 || refused.Code != "2553" {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := input(100_00)
	in.Currency = money.USD
	if _, err := to.CreateCheckout(t.Context(), in); !errors.Is(err, maya.ErrCurrency) {
		t.Errorf("dollars: %v", err)
	}
	in = input(100_00)
	in.Reference = strings.Repeat("x", maya.MaxReference+1)
	if _, err := to.CreateCheckout(t.Context(), in); err == nil {
		t.Error("a reference that is too long was taken")
	}
}

func contractKeys(t *testing.T, to target) {
	wrong := to.config
	wrong.PublicKey, wrong.SecretKey = "pk-nobody", "sk-nobody"
	stranger, err := maya.New(wrong)
	if err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"create": second(stranger.CreateCheckout(t.Context(), input(100_00))), "read": second(stranger.GetPayment(t.Context(), "x")),
		"list": second(stranger.ListWebhooks(t.Context())),
	} {
		if !errors.Is(err, maya.ErrUnauthorized) || errors.Is(err, maya.ErrUncertain) {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(fmt.Sprint(err, stranger), "nobody") {
			t.Errorf("%s: the key is told: %v", name, err)
		}
	}
}

func contractCancel(t *testing.T, to target) {
	made, err := to.CreateCheckout(t.Context(), input(100_00))
	if err != nil {
		t.Fatal(err)
	}
	if err := to.Cancel(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if p, err := to.GetPayment(t.Context(), made.ID); err != nil || p.Status != maya.Cancelled {
		t.Errorf("%+v, %v", p, err)
	}
	if err := to.Cancel(t.Context(), made.ID); !errors.Is(err, maya.ErrNotCancellable) {
		t.Errorf("again: %v", err)
	}
}

func contractUnpaid(t *testing.T, to target) {
	made, err := to.CreateCheckout(t.Context(), input(100_00))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Void(t.Context(), made.ID, "a mistake"); !errors.Is(err, maya.ErrNotVoidable) {
		t.Errorf("void: %v", err)
	}
	if _, err := to.Refund(t.Context(), made.ID, 100, money.PHP, "a mistake"); !errors.Is(err, maya.ErrNotRefundable) {
		t.Errorf("refund: %v", err)
	}
	if list, err := to.ListRefunds(t.Context(), made.ID); err != nil || len(list) != 0 {
		t.Errorf("refunds: %v, %v", list, err)
	}
}

// An account's own registrations are left alone: a superseded event is used.
func contractWebhooks(t *testing.T, to target) {
	const name = "CHECKOUT_DROPOUT"
	made, err := to.CreateWebhook(t.Context(), name, "https://book.example.com/first")
	if err != nil || made.ID == "" || made.Name != name {
		t.Fatalf("%+v, %v", made, err)
	}
	t.Cleanup(func() {
		if err := to.DeleteWebhook(context.WithoutCancel(t.Context()), made.ID); err != nil {
			t.Error(err)
		}
	})
	if _, err := to.CreateWebhook(t.Context(), name, "https://book.example.com/second"); !errors.Is(err, maya.ErrWebhookExists) {
		t.Errorf("twice: %v", err)
	}
	made.CallbackURL = "https://book.example.com/second"
	if changed, err := to.UpdateWebhook(t.Context(), made); err != nil || changed != made {
		t.Errorf("changed %+v, %v", changed, err)
	}
	all, err := to.ListWebhooks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		if w == made {
			return
		}
	}
	t.Errorf("not in %+v", all)
}

// world is a simulator with one account.
type world struct {
	*sim.Simulator
	t      *testing.T
	url    string
	config maya.Config
	client *maya.Client
}

const (
	publicKey = "pk-test"
	secretKey = "sk-test"
)

func clock() time.Time { return time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC) } // 11 in the morning by GMT+8

func newWorld(t *testing.T, c sim.Config) *world {
	t.Helper()
	c.Clock = clock
	c.Accounts = []sim.Account{{PublicKey: publicKey, SecretKey: secretKey, Business: "Salon"}, {PublicKey: "pk-other", SecretKey: "sk-other"}}
	s, err := sim.New(t.Context(), c)
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
	w := &world{Simulator: s, t: t, url: server.URL, config: maya.Config{
		BaseURL: server.URL, PagesURL: server.URL, PublicKey: publicKey, SecretKey: secretKey, Backoff: time.Millisecond, Timeout: 5 * time.Second,
	}}
	if w.client, err = maya.New(w.config); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) checkout(amount int64) string {
	w.t.Helper()
	made, err := w.client.CreateCheckout(w.t.Context(), input(amount))
	if err != nil {
		w.t.Fatal(err)
	}
	return made.ID
}

func (w *world) paid(amount int64) string {
	w.t.Helper()
	made := w.checkout(amount)
	if err := w.Act(publicKey, made, maya.Success); err != nil {
		w.t.Fatal(err)
	}
	return made
}

func (w *world) payment(id string) maya.Payment {
	w.t.Helper()
	p, err := w.client.GetPayment(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}
