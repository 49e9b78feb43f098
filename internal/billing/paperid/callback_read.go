package paperid

import (
	"strings"
	"time"
)

// invoicePaid reads {message, data: {invoice: {id, number, partner_id, status, amount_due, total_amount, updated_at}}}.
func invoicePaid(o, invoice object) Callback {
	status := strings.ToUpper(invoice.text("status"))
	c := Callback{
		Kind: InvoicePaid, Status: status, Outcome: outcome(status), Message: o.text("message"),
		Invoices:  invoiceRefs(InvoiceRef{ID: invoice.text("id"), Number: invoice.text("number")}),
		PartnerID: invoice.text("partner_id"),
		At:        readTime(invoice.text("updated_at")),
	}
	c.Amount, _ = invoice.rupiah("total_amount")
	c.AmountDue, _ = invoice.rupiah("amount_due")
	return c
}

func isReconciliation(o, info object) bool {
	return o.text("reconciliation_date") != "" || info.object("static_va") != nil ||
		strings.HasPrefix(o.text("source"), "recon_")
}

func reconciliation(o, info object) Callback {
	status := strings.ToUpper(info.text("status"))
	account := info.object("static_va")
	c := Callback{
		Kind: Reconciliation, Status: status, Outcome: outcome(status), Message: o.text("message"),
		RefID: o.text("ref_id"), ExternalID: o.text("external_id"), Invoices: listedInvoices(o),
		Method:  firstText(info.text("method"), "static_va"),
		Channel: strings.ToLower(info.text("channel")), Source: o.text("source"),
		At: firstTime(o.text("reconciliation_date"), account.text("created_at")),
	}
	c.Amount, _ = account.rupiah("amount")
	c.PaidAmount, _ = o.rupiah("reconciled_amount")
	return c
}

// payment reads the shape shared by payments in, payments out and, as far as is known, disbursements. Amounts, status
// and times stand under a key named after the method, or directly on payment_info; newer bodies repeat the status
// there.
func payment(o, info object) Callback {
	nested := methodDetails(info)
	status := strings.ToUpper(firstText(info.text("status"), nested.text("status")))
	c := Callback{
		Status: status, Outcome: outcome(status), Message: o.text("message"),
		RefID: o.text("ref_id"), ExternalID: firstText(o.text("external_id"), info.text("external_id")),
		Invoices: listedInvoices(o),
		Method:   strings.ToLower(info.text("method")), Channel: strings.ToLower(info.text("channel")),
		Source: firstText(info.text("source"), o.text("source")),
		At: firstTime(nested.text("paid_at"), info.text("paid_at"), o.text("payment_date"),
			nested.text("updated"), info.text("updated")),
	}
	c.Amount = firstAmount("amount", nested, info, o)
	c.PaidAmount = firstAmount("paid_amount", nested, info, o)
	c.GrandAmount = firstAmount("grand_amount", info, nested, o)
	c.Kind = paymentKind(c)
	return c
}

// paymentKind goes by the source. A payout of the digital balance that names no invoice is a disbursement.
func paymentKind(c Callback) CallbackKind {
	switch strings.ToLower(c.Source) {
	case "digpayout":
		if len(c.Invoices) == 0 {
			return Disbursement
		}
		return PaymentOut
	case "payment_out_request":
		return PaymentOut
	default:
		return PaymentIn
	}
}

// methodDetails finds the object with the amounts: under the method's own name, else under any method's, since a QRIS
// payment was seen under "ewallet".
func methodDetails(info object) object {
	names := [...]string{info.text("method"), MethodBankTransfer, MethodCreditCard, MethodEWallet, MethodQRIS,
		MethodDigitalPartner}
	for _, name := range names {
		if details := info.object(name); details != nil {
			return details
		}
	}
	return nil
}

// disbursement reads the withdrawal answer's own shape, which is the other likely form of this unpublished body.
func disbursement(o object) Callback {
	detail := o.object("transaction_detail")
	status := strings.ToUpper(firstText(o.text("transaction_status"), detail.text("transaction_status"),
		o.text("status"), detail.text("status")))
	c := Callback{
		Kind: Disbursement, Status: status, Outcome: outcome(status), Message: o.text("message"),
		RefID: firstText(o.text("ref_id"), detail.text("ref_id")), ExternalID: o.text("external_id"),
		At: firstTime(o.text("updated_at"), detail.text("updated_at")),
	}
	if amount, ok := o.rupiah("total_amount", "amount"); ok {
		c.Amount = amount
	} else {
		c.Amount, _ = detail.rupiah("total_amount", "amount")
	}
	return c
}

// listedInvoices reads additional_info.invoices, where additional_info may be null, empty, or an empty list.
func listedInvoices(o object) []InvoiceRef {
	var refs []InvoiceRef
	for _, item := range readList(o.object("additional_info")["invoices"]) {
		refs = append(refs, invoiceRefs(InvoiceRef{ID: item.text("uuid"), Number: item.text("number")})...)
	}
	return refs
}

func invoiceRefs(ref InvoiceRef) []InvoiceRef {
	if ref == (InvoiceRef{}) {
		return nil
	}
	return []InvoiceRef{ref}
}

func firstAmount(key string, places ...object) int64 {
	for _, place := range places {
		if amount, ok := place.rupiah(key); ok {
			return amount
		}
	}
	return 0
}

func firstTime(candidates ...string) time.Time {
	for _, s := range candidates {
		if t := readTime(s); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}
