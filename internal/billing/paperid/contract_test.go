package paperid_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
	"reserva/internal/kit/id"
)

// target is what the suite runs against: an account, simulated or of the provider's staging environment.
type target struct {
	*paperid.Client
	config paperid.Config
}

// The same suite runs against the simulator and, where RESERVA_TEST_PAPER_CLIENT_ID and RESERVA_TEST_PAPER_CLIENT_SECRET
// hold the keys of an account there, against the provider's staging environment. It pays nothing and sends nothing.
func TestContract(t *testing.T) {
	t.Parallel()
	targets := map[string]paperid.Config{"simulator": {BaseURL: newWorld(t).url, ClientID: clientID, ClientSecret: secret, Backoff: time.Millisecond}}
	if key, keySecret := os.Getenv("RESERVA_TEST_PAPER_CLIENT_ID"), os.Getenv("RESERVA_TEST_PAPER_CLIENT_SECRET"); key != "" {
		targets["staging"] = paperid.Config{BaseURL: paperid.StagingURL, ClientID: key, ClientSecret: keySecret}
	}
	for name, config := range targets {
		client, err := paperid.New(config)
		if err != nil {
			t.Fatal(err)
		}
		for what, test := range map[string]func(*testing.T, target){
			"health": contractHealth, "keys": contractKeys, "absent": contractAbsent, "partners": contractPartners, "invoices": contractInvoices,
			"numbers": contractNumbers, "customers": contractCustomers, "requests": contractRequests, "lists": contractLists,
		} {
			t.Run(name+"/"+what, func(t *testing.T) { test(t, target{client, config}) })
		}
	}
}

// unique is a number that was never used in any account.
func unique(prefix string) string { return prefix + "-" + string(id.New()) }

// today's invoice, under a number and for a customer of its own.
func fresh() paperid.InvoiceInput {
	in := invoice(unique("INV"))
	in.InvoiceDate, in.DueDate = paperid.DateOf(time.Now()), paperid.DateOf(time.Now().AddDate(0, 0, 7))
	in.Customer.ID = unique("c")
	return in
}

func freshPartner() paperid.PartnerInput {
	return paperid.PartnerInput{Name: "Salon Melati", Number: unique("P"), Type: paperid.PartnerClient, Phone: "+6281200000001",
		Email: "halo@melati.example", Address: &paperid.PartnerAddress{City: "Jakarta"}, Methods: &paperid.PartnerMethods{QRIS: true}}
}

func contractHealth(t *testing.T, to target) {
	if err := to.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

func contractKeys(t *testing.T, to target) {
	wrong := to.config
	wrong.ClientSecret = "wrong-" + wrong.ClientSecret
	stranger := must(paperid.New(wrong))(t)
	_, errList := stranger.ListInvoices(t.Context(), paperid.InvoiceQuery{})
	_, errCreate := stranger.CreateInvoice(t.Context(), fresh())
	for name, err := range map[string]error{"list": errList, "create": errCreate} {
		if !errors.Is(err, paperid.ErrUnauthorized) || errors.Is(err, paperid.ErrUncertain) || strings.Contains(err.Error(), wrong.ClientSecret) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func contractAbsent(t *testing.T, to target) {
	const nobody = "00000000-0000-4000-8000-000000000000"
	ctx := t.Context()
	for name, err := range map[string]error{
		"invoice": second(to.GetInvoice(ctx, nobody)), "deleting": to.DeleteInvoice(ctx, nobody),
		"sending": second(to.SendInvoice(ctx, nobody, paperid.SendTo{Email: "nobody@example.com"})),
		"partner": second(to.GetPartner(ctx, nobody)), "changing": second(to.UpdatePartner(ctx, nobody, freshPartner())),
		"request": second(to.GetPaymentRequest(ctx, nobody)), "cancelling": to.CancelPaymentRequest(ctx, nobody),
		"bank account": second(to.GetBankAccount(ctx, nobody)), "card": second(to.CardPage(ctx, nobody)),
		"its bank": second(to.AddPartnerBankAccount(ctx, paperid.PartnerBankAccountInput{PartnerID: nobody, BankCode: "014", AccountNumber: "123"})),
		"number":   second(to.FindPartnerByNumber(ctx, unique("P"))), "withdrawal": second(to.FindWithdrawal(ctx, unique("WD"))),
	} {
		if !errors.Is(err, paperid.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func contractPartners(t *testing.T, to target) {
	ctx, in := t.Context(), freshPartner()
	made := must(to.CreatePartner(ctx, in))(t)
	if made.ID == "" || made.Number != in.Number || made.Name != in.Name || made.Adopted {
		t.Errorf("made %+v", made)
	}
	for name, got := range map[string]paperid.Partner{
		"by id": must(to.GetPartner(ctx, made.ID))(t), "by number": must(to.FindPartnerByNumber(ctx, in.Number))(t),
	} {
		if got.ID != made.ID || got.Number != in.Number || got.Email != in.Email {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if page := must(to.ListPartners(ctx, paperid.PartnerQuery{Number: in.Number, Limit: 1}))(t); len(page.Partners) != 1 || page.Partners[0].ID != made.ID {
		t.Errorf("page %+v", page)
	}
	other := in
	other.Name = "Salon Mawar"
	if _, err := to.CreatePartner(ctx, other); !errors.Is(err, paperid.ErrPartnerMismatch) {
		t.Errorf("the number under another name: %v", err)
	}
	if got := must(to.UpdatePartner(ctx, made.ID, other))(t); got.Name != other.Name {
		t.Errorf("changed %+v", got)
	}
	bank := must(to.AddPartnerBankAccount(ctx, paperid.PartnerBankAccountInput{
		PartnerNumber: in.Number, BankCode: "014", AccountNumber: "1234567890", BypassValidation: true,
	}))(t)
	if got := must(to.GetBankAccount(ctx, bank.ID))(t); got != bank || got.BankCode != "014" || got.AccountNumber != "1234567890" {
		t.Errorf("bank account %+v, then %+v", bank, got)
	}
	var refused *paperid.APIError
	if _, err := to.CreatePartner(ctx, paperid.PartnerInput{Name: "x", Number: unique("P")}); !errors.As(err, &refused) || refused.Status != 400 || refused.Message == "" {
		t.Errorf("incomplete: %v", err)
	}
}

func contractInvoices(t *testing.T, to target) {
	ctx, in := t.Context(), fresh()
	made := must(to.CreateInvoice(ctx, in))(t)
	if made.ID == "" || made.Number != in.Number || !strings.Contains(made.PaymentURL, "://") || !strings.Contains(made.PDFURL, "://") {
		t.Errorf("made %+v", made)
	}
	got := must(to.GetInvoice(ctx, made.ID))(t)
	if got.Number != in.Number || got.Total != 108_000 || got.PaymentStatus != paperid.StatusUnpaid || got.InvoiceDate != in.InvoiceDate ||
		got.DueDate != in.DueDate || len(got.Items) != 2 || got.PaymentURL == "" {
		t.Errorf("detail %+v", got)
	}
	if found := must(to.FindInvoiceByNumber(ctx, in.Number))(t); found.ID != made.ID {
		t.Errorf("by number %+v", found)
	}
	if adopted := must(to.EnsureInvoice(ctx, in))(t); !adopted.Adopted || adopted.ID != made.ID || adopted.PaymentURL != got.PaymentURL {
		t.Errorf("ensured %+v", adopted)
	}
	if err := to.DeleteInvoice(ctx, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := to.GetInvoice(ctx, made.ID); !errors.Is(err, paperid.ErrNotFound) {
		t.Errorf("after its end: %v", err)
	}
}

// A number is burned for ever.
func contractNumbers(t *testing.T, to target) {
	ctx, in := t.Context(), fresh()
	made := must(to.CreateInvoice(ctx, in))(t)
	if _, err := to.CreateInvoice(ctx, in); !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("twice: %v", err)
	}
	other := in
	other.Items = in.Items[:1]
	if _, err := to.EnsureInvoice(ctx, other); !errors.Is(err, paperid.ErrOtherInvoice) {
		t.Errorf("over another total: %v", err)
	}
	if err := to.DeleteInvoice(ctx, made.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := to.EnsureInvoice(ctx, in); !errors.Is(err, paperid.ErrDuplicateNumber) {
		t.Errorf("after its end: %v", err)
	}
}

func contractCustomers(t *testing.T, to target) {
	ctx, in := t.Context(), fresh()
	must(to.CreateInvoice(ctx, in))(t)
	again := fresh()
	again.Customer = in.Customer
	must(to.CreateInvoice(ctx, again))(t)
	otherwise := fresh()
	otherwise.Customer = in.Customer
	otherwise.Customer.Phone = "+6281234567899"
	if _, err := to.CreateInvoice(ctx, otherwise); !errors.Is(err, paperid.ErrPartnerMismatch) {
		t.Errorf("with another telephone: %v", err)
	}
	otherwise.Customer.ID = paperid.CustomerIDFor(in.Customer.ID, otherwise.Number)
	must(to.CreateInvoice(ctx, otherwise))(t)
}

func contractRequests(t *testing.T, to target) {
	ctx, in := t.Context(), payRequest(unique("R"))
	in.Invoices[0].Date, in.Invoices[0].DueDate = paperid.DateOf(time.Now()), paperid.DateOf(time.Now().AddDate(0, 0, 7))
	in.Partner.Number = unique("P")
	made := must(to.CreatePaymentRequest(ctx, in))(t)
	if made.ID == "" || made.RefID != in.RefID || made.AccountNumber == "" || made.ExpiresAt.IsZero() || made.Status != "PENDING" {
		t.Errorf("made %+v", made)
	}
	if again := must(to.CreatePaymentRequest(ctx, in))(t); again.ID != made.ID {
		t.Errorf("the same again: %+v", again)
	}
	if got := must(to.GetPaymentRequest(ctx, made.ID))(t); got.RefID != in.RefID || got.Paid() || got.Subtotal != in.Amount {
		t.Errorf("state %+v", got)
	}
	records := must(to.PaymentHistory(ctx, 100, 0))(t)
	if len(records) == 0 || len(records[0].Raw) == 0 {
		t.Errorf("history %+v", records)
	}
	if err := to.CancelPaymentRequest(ctx, made.ID); err != nil {
		t.Error(err)
	}
	in.Amount = paperid.MinimumPayment - 1
	if _, err := to.CreatePaymentRequest(ctx, in); !errors.Is(err, paperid.ErrBelowMinimum) {
		t.Errorf("too little: %v", err)
	}
}

func contractLists(t *testing.T, to target) {
	ctx := t.Context()
	for name, list := range map[string][]paperid.Listed{"taxes": must(to.ListTaxes(ctx))(t), "units": must(to.ListUnits(ctx))(t)} {
		for _, entry := range list {
			if entry.ID == "" || len(entry.Raw) == 0 {
				t.Errorf("%s: %+v", name, entry)
			}
		}
	}
	if methods := must(to.ListPaymentMethods(ctx))(t); len(methods) == 0 {
		t.Error("no methods")
	}
	if balance := must(to.Balance(ctx))(t); balance.Currency != "IDR" || balance.Available < 0 {
		t.Errorf("balance %+v", balance)
	}
	must(to.BalanceTransactions(ctx, 10, 0))(t)
}
