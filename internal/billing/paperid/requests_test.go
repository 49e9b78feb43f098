package paperid_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
)

// A virtual account takes money for 30 days, OVO for 30 seconds.
func TestPaymentRequestsEnd(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	transfer := must(w.CreatePaymentRequest(ctx, payRequest("R-1")))(t)
	in := payRequest("R-2")
	in.Method, in.Channel, in.Phone = paperid.MethodEWallet, "ovo", "+62812"
	ovo := must(w.CreatePaymentRequest(ctx, in))(t)
	state := func(id string) string { return must(w.GetPaymentRequest(ctx, id))(t).Status }
	w.sim.Advance(29 * time.Second)
	if got := state(ovo.ID); got != "pending" {
		t.Errorf("OVO after 29 seconds: %s", got)
	}
	w.sim.Advance(time.Second)
	if got := state(ovo.ID); got != "expired" || state(transfer.ID) != "pending" {
		t.Errorf("OVO after 30 seconds: %s, the transfer %s", got, state(transfer.ID))
	}
	w.sim.Advance(30 * 24 * time.Hour)
	if got := state(transfer.ID); got != "expired" {
		t.Errorf("a virtual account after 30 days: %s", got)
	}
	if err := w.SimulatePayment(ctx, "R-1"); !errors.Is(err, paperid.ErrNotFound) {
		t.Errorf("paying what is over: %v", err)
	}
}

// instant_payment makes way where a number or a partner is known.
func TestInstantPayments(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	must(w.CreateInvoice(ctx, invoice("INV-R-1")))(t)
	must(w.CreatePartner(ctx, paperid.PartnerInput{Name: "Known", Number: "P-1", Type: paperid.PartnerClient, Phone: "+62812"}))(t)
	in := payRequest("R-1")
	in.Instant = true
	made := must(w.CreatePaymentRequest(ctx, in))(t)
	if made.AccountName != "Known" {
		t.Errorf("made %+v", made)
	}
	if err := w.SimulatePayment(ctx, "R-1"); err != nil {
		t.Fatal(err)
	}
	if err := w.sim.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	told := w.sim.Deliveries()
	if len(told) != 1 || !strings.Contains(string(told[0].Body), `"number":"INV-01-R-1"`) {
		t.Errorf("told %+v", told)
	}
}

func TestCardsHaveAPageOfTheirOwn(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	in := payRequest("R-1")
	in.Method, in.Channel = paperid.MethodCreditCard, "visa"
	made := must(w.CreatePaymentRequest(ctx, in))(t)
	if page := must(w.CardPage(ctx, made.ExternalID))(t); !strings.HasPrefix(page, w.url+"/pay/") {
		t.Errorf("page %s", page)
	}
	stranger := connect(t, w.url, func(c *paperid.Config) { c.ClientSecret = "wrong" })
	if _, err := stranger.CardPage(ctx, made.ExternalID); !errors.Is(err, paperid.ErrUnauthorized) {
		t.Errorf("with the wrong secret: %v", err)
	}
}
