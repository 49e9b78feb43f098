package paperid_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/billing/paperid"
)

func TestHealth(t *testing.T) {
	w := newWorld(t)
	if err := w.Health(t.Context()); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*paperid.Config){
		"unknown id":   func(c *paperid.Config) { c.ClientID = "nobody" },
		"wrong secret": func(c *paperid.Config) { c.ClientSecret = "wrong" },
	} {
		if err := connect(t, w.url, change).Health(t.Context()); !errors.Is(err, paperid.ErrUnauthorized) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	res, err := http.Get(w.url + "/api/v1/health-check")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without headers: %d", res.StatusCode)
	}
}

func TestPartners(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	in := paperid.PartnerInput{Name: "Salon Melati", Number: "T-1", Type: paperid.PartnerClient, Phone: "+6281200000001",
		Email: "halo@melati.example", Address: &paperid.PartnerAddress{City: "Jakarta"}}
	created := must(w.CreatePartner(ctx, in))(t)
	if created.ID == "" || created.Name != in.Name || created.CreatedAt.IsZero() {
		t.Errorf("created %+v", created)
	}
	if got := must(w.GetPartner(ctx, created.ID))(t); got != created {
		t.Errorf("got %+v, want %+v", got, created)
	}
	if got := must(w.FindPartnerByNumber(ctx, "T-1"))(t); got != created {
		t.Errorf("found %+v, want %+v", got, created)
	}

	_, err := w.CreatePartner(ctx, in)
	if !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("same number: %v", err)
	}
	in.Name = "Salon Mawar"
	if _, err = w.CreatePartner(ctx, in); !errors.Is(err, paperid.ErrPartnerMismatch) {
		t.Errorf("same number, other name: %v", err)
	}
	if got := must(w.UpdatePartner(ctx, created.ID, in))(t); got.Name != "Salon Mawar" || got.ID != created.ID {
		t.Errorf("updated %+v", got)
	}
	_, err = w.GetPartner(ctx, "nobody")
	_, errUpdate := w.UpdatePartner(ctx, "nobody", in)
	_, errFind := w.FindPartnerByNumber(ctx, "T-2")
	for _, err := range []error{err, errUpdate, errFind} {
		if !errors.Is(err, paperid.ErrNotFound) {
			t.Errorf("unknown partner: %v", err)
		}
	}
	var api *paperid.APIError
	if _, err := w.CreatePartner(ctx, paperid.PartnerInput{Name: "x"}); !errors.As(err, &api) || api.Status != 400 ||
		api.Code == "" || api.Message == "" || errors.Unwrap(api) != nil {
		t.Errorf("incomplete partner: %v", err)
	}
}

func TestInvoiceLifeCycle(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	in := invoice("INV-1")
	in.Send = paperid.Send{Email: true}
	created := must(w.CreateInvoice(ctx, in))(t)
	// The provider sends the link without scheme; it gets that of the API.
	if created.Number != "INV-1" || created.Adopted || !created.Sent.Email || created.Sent.SMS ||
		!strings.HasPrefix(created.PaymentURL, w.url+"/pay/") || !strings.HasPrefix(created.PDFURL, w.url+"/pdf/") ||
		!strings.HasPrefix(created.PDFShortURL, w.url+"/pdf/") {
		t.Errorf("created %+v", created)
	}

	got := must(w.GetInvoice(ctx, created.ID))(t)
	at := time.Date(2026, 3, 10, 10, 0, 0, 0, wib)
	want := paperid.Invoice{
		ID: created.ID, Number: "INV-1", InvoiceDate: in.InvoiceDate, DueDate: in.DueDate,
		PaymentStatus: paperid.StatusUnpaid, AcceptanceStatus: "not accepted", PaymentURL: created.PaymentURL,
		PDFURL: created.PDFURL, Customer: in.Customer, Total: 108_000, Notes: "Thank you", CreatedAt: at, ModifiedAt: at,
		Items: []paperid.InvoiceItem{
			{Name: "Hair spa", Description: "60 minutes", Quantity: 1, Price: 100_000},
			{Name: "Platform fee", Quantity: 1, Price: 8_000},
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(time.Time.Equal)); diff != "" {
		t.Errorf("detail, -want +got:\n%s", diff)
	}

	in.Items[0].Discount, in.DeliveryFee = paperid.Discount{Percent: 10}, 5_000
	if err := w.UpdateInvoice(ctx, created.ID, in); err != nil {
		t.Fatal(err)
	}
	if got := must(w.GetInvoice(ctx, created.ID))(t); got.Total != 103_000 || got.DeliveryFee != 5_000 {
		t.Errorf("after the update: %+v", got)
	}
	sent := must(w.SendInvoice(ctx, created.ID, paperid.SendTo{Email: "siti@example.com", SMS: []string{"+62812"}}))(t)
	if sent != (paperid.Send{Email: true, SMS: true}) {
		t.Errorf("sent %+v", sent)
	}
	if err := w.DeleteInvoice(ctx, created.ID); err != nil {
		t.Fatal(err)
	}
	_, errGet := w.GetInvoice(ctx, created.ID)
	_, errSend := w.SendInvoice(ctx, created.ID, paperid.SendTo{Email: "siti@example.com"})
	for _, err := range []error{errGet, errSend, w.UpdateInvoice(ctx, created.ID, in), w.DeleteInvoice(ctx, created.ID)} {
		if !errors.Is(err, paperid.ErrNotFound) {
			t.Errorf("after deletion: %v", err)
		}
	}
	if _, err := w.CreateInvoice(ctx, in); !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("the number of a deleted invoice: %v", err)
	}
	if _, err := w.EnsureInvoice(ctx, in); !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("ensuring the number of a deleted invoice: %v", err)
	}
}

func TestInvoiceRefusals(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	created := must(w.CreateInvoice(ctx, invoice("INV-1")))(t)

	_, err := w.CreateInvoice(ctx, invoice("INV-1"))
	var api *paperid.APIError
	if !errors.Is(err, paperid.ErrDuplicateNumber) || !errors.As(err, &api) || api.Message != "number sudah dipakai." {
		t.Errorf("same number: %v", err)
	}
	changed := invoice("INV-2")
	changed.Customer.Phone = "+6281234567899"
	if _, err := w.CreateInvoice(ctx, changed); !errors.Is(err, paperid.ErrPartnerMismatch) {
		t.Errorf("known customer with another phone: %v", err)
	}
	changed.Customer.ID = paperid.CustomerID("c-1", changed.Customer.Name, changed.Customer.Email, changed.Customer.Phone)
	if _, err := w.CreateInvoice(ctx, changed); err != nil {
		t.Errorf("with the digest in the id: %v", err)
	}
	if _, err := w.CreateInvoice(ctx, paperid.InvoiceInput{Number: "INV-3"}); !errors.As(err, &api) || api.Status != 400 {
		t.Errorf("incomplete: %v", err)
	}
	if err := w.UpdateInvoice(ctx, created.ID, invoice("INV-1")); !errors.As(err, &api) || api.Status != 400 {
		t.Errorf("update without a channel: %v", err)
	}

	other := connect(t, w.url, func(c *paperid.Config) { c.ClientID, c.ClientSecret = "client-2", "other-secret" })
	if _, err := other.GetInvoice(ctx, created.ID); !errors.Is(err, paperid.ErrNotFound) {
		t.Errorf("another account's invoice: %v", err)
	}
	if _, err := other.CreateInvoice(ctx, invoice("INV-1")); err != nil {
		t.Errorf("numbers are per account: %v", err)
	}

	if err := w.sim.Pay(clientID, "INV-1", 0); err != nil {
		t.Fatal(err)
	}
	update := invoice("INV-1")
	update.Send.Email = true
	for _, err := range []error{w.DeleteInvoice(ctx, created.ID), w.UpdateInvoice(ctx, created.ID, update)} {
		if !errors.Is(err, paperid.ErrAlreadyPaid) {
			t.Errorf("changing a paid invoice: %v", err)
		}
	}
}

func TestPaymentStatuses(t *testing.T) {
	w, ctx := newWorld(t), t.Context()
	id := must(w.CreateInvoice(ctx, invoice("INV-1")))(t).ID
	late := must(w.CreateInvoice(ctx, invoice("INV-2")))(t).ID
	status := func(id string) paperid.PaymentStatus { return must(w.GetInvoice(ctx, id))(t).PaymentStatus }

	if err := w.sim.Pay(clientID, "INV-1", 8_000); err != nil {
		t.Fatal(err)
	}
	if got := status(id); got != paperid.StatusPartiallyPaid {
		t.Errorf("after a part: %s", got)
	}
	if err := w.sim.Pay(clientID, id, 0); err != nil {
		t.Fatal(err)
	}
	if got := status(id); got != paperid.StatusPaid {
		t.Errorf("after the rest: %s", got)
	}
	w.sim.Advance(7 * 24 * time.Hour) // the due date itself
	if got := status(late); got != paperid.StatusUnpaid {
		t.Errorf("on the due date: %s", got)
	}
	w.sim.Advance(24 * time.Hour)
	if got := status(late); got != paperid.StatusOverdue {
		t.Errorf("after the due date: %s", got)
	}
}
