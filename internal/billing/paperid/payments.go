package paperid

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// MinimumPayment is the least amount of a payment request in rupiah.
const MinimumPayment = 10_000

// The payment methods. Channels are bri, mandiri, bni, permata (bank transfer), visa, mastercard, jcb (card), ovo
// (e-wallet), tokopedia, blibli, shopee (digital partner), qris.
const (
	MethodBankTransfer   = "bank_transfer"
	MethodCreditCard     = "credit_card"
	MethodEWallet        = "ewallet"
	MethodDigitalPartner = "mitra_pembayaran_digital"
	MethodQRIS           = "qris"
)

// PaymentRequestInput asks for a payment by one fixed method; an invoice leaves the method to the customer.
type PaymentRequestInput struct {
	RefID       string // ours
	Amount      int64  // rupiah, at least MinimumPayment
	SupplierFee int64
	BuyerFee    int64
	Partner     PaymentPartner
	Invoices    []PaymentInvoice
	Method      string // one of the Method constants
	Channel     string
	Phone       string // for OVO, which gives the customer 30 seconds
	RedirectURL string // where the customer is sent afterwards
	Send        Send

	// Instant moves dates in the past to today and tomorrow, lets a known partner number win over the data sent, and
	// replaces a taken invoice number by INV-01-{RefID}.
	Instant bool
}

// PaymentPartner is who pays.
type PaymentPartner struct {
	Number string `json:"partner_number"`
	Name   string `json:"company_name"`
	Email  string `json:"company_email"`
	Phone  string `json:"company_phone"`
}

// PaymentInvoice is an invoice that the payment is for.
type PaymentInvoice struct {
	Number      string
	Date        Date
	DueDate     Date
	Amount      int64
	Discount    int64
	DeliveryFee int64
	Items       []Item
}

// Dates here are YYYY-MM-DD, unlike store-invoice.
type paymentInvoiceWire struct {
	Number      string            `json:"invoice_number"`
	Date        string            `json:"invoice_date"`
	DueDate     string            `json:"invoice_due_date"`
	Amount      int64             `json:"amount"`
	Discount    int64             `json:"discount"`
	DeliveryFee int64             `json:"delivery_fee"`
	Items       []paymentItemWire `json:"invoice_items"`
}

type paymentItemWire struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Quantity    int    `json:"quantity"`
	Price       int64  `json:"price"`
	Discount    int64  `json:"discount"`
}

func (in PaymentRequestInput) wire() map[string]any {
	invoices := make([]paymentInvoiceWire, 0, len(in.Invoices))
	for _, inv := range in.Invoices {
		w := paymentInvoiceWire{Number: inv.Number, Date: inv.Date.String(), DueDate: inv.DueDate.String(),
			Amount: inv.Amount, Discount: inv.Discount, DeliveryFee: inv.DeliveryFee, Items: []paymentItemWire{}}
		for _, item := range inv.Items {
			w.Items = append(w.Items, paymentItemWire{Name: item.Name, Description: item.Description,
				Quantity: item.Quantity, Price: item.Price, Discount: item.Discount.Amount})
		}
		invoices = append(invoices, w)
	}
	method := map[string]string{"method": in.Method, "channel": in.Channel}
	if in.Phone != "" {
		method["phone"] = in.Phone
	}
	return map[string]any{
		"transaction_details": map[string]string{"ref_id": in.RefID},
		"total_amount": map[string]int64{
			"payment_amount": in.Amount, "supplier_fee": in.SupplierFee, "buyer_fee": in.BuyerFee,
		},
		"partner": in.Partner, "invoices": invoices, "payment_method": method, "redirect_url": in.RedirectURL,
		"send": in.Send, "instant_payment": in.Instant,
	}
}

// PaymentRequest is the answer to a creation: what the customer needs to pay.
type PaymentRequest struct {
	ID            string
	RefID         string
	ExternalID    string // needed for a card's 3-D Secure page
	Amount        int64
	BuyerFee      int64
	MerchantFee   int64
	Method        string
	Channel       string
	Status        string    // upper case, "PENDING"
	AccountNumber string    // bank transfer: the virtual account
	AccountName   string    // bank transfer
	ExpiresAt     time.Time // bank transfer
	QR            string    // QRIS: what the code holds
}

// CreatePaymentRequest asks for a payment. A newer request for the same invoice invalidates the older one.
//
// It is sent once, and there is no look-up by reference. After ErrUncertain the same input may be sent again: the
// provider takes an identical request for the same one. Errors: ErrBelowMinimum (found without asking), ErrAlreadyPaid.
func (c *Client) CreatePaymentRequest(ctx context.Context, in PaymentRequestInput) (PaymentRequest, error) {
	if in.Amount < MinimumPayment {
		return PaymentRequest{}, fmt.Errorf("paperid: CreatePaymentRequest: %w", ErrBelowMinimum)
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "CreatePaymentRequest", method: http.MethodPost, path: "/api/v1/payment/request", body: in.wire()}
	if err := c.do(ctx, k, &answer); err != nil {
		return PaymentRequest{}, uncertain(err)
	}
	d := answer.Data
	if d.text("payment_id") == "" {
		return PaymentRequest{}, uncertain(&outage{op: k.op, sent: true, cause: errNoID})
	}
	out := PaymentRequest{
		ID: d.text("payment_id"), RefID: d.text("ref_id"), ExternalID: d.text("external_id"),
		Method: d.text("payment_method"), Channel: strings.ToLower(d.text("payment_channel")),
		Status: strings.ToUpper(d.text("status")), AccountNumber: d.text("account_number"),
		AccountName: d.text("va_name"), ExpiresAt: readTime(d.text("expiration_date")), QR: d.text("qr_string"),
	}
	out.Amount, _ = d.rupiah("amount")
	out.BuyerFee, _ = d.rupiah("buyer_fee")
	out.MerchantFee, _ = d.rupiah("merchant_fee")
	return out, nil
}

// PaymentRequestState is how far a payment request has come.
type PaymentRequestState struct {
	RefID         string
	TransactionID string
	Status        string // lower case: "pending" and "success" were seen, more may exist
	GrandAmount   int64  // with the buyer's fee
	Subtotal      int64
	BuyerFee      int64
	MerchantFee   int64
	SupplierFee   int64
	PaymentURL    string
	RedirectURL   string
}

// Paid tells whether the request is paid.
func (s PaymentRequestState) Paid() bool { return s.Status == "success" || s.Status == "paid" }

// GetPaymentRequest reads a payment request by the provider's payment id.
func (c *Client) GetPaymentRequest(ctx context.Context, id string) (PaymentRequestState, error) {
	escaped, err := segment("GetPaymentRequest", id)
	if err != nil {
		return PaymentRequestState{}, err
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "GetPaymentRequest", method: http.MethodGet, path: "/api/v1/payment/request/" + escaped, repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return PaymentRequestState{}, err
	}
	d := answer.Data
	out := PaymentRequestState{
		RefID: d.text("ref_id"), TransactionID: d.text("transaction_id"),
		Status:     strings.ToLower(d.text("transaction_status")),
		PaymentURL: absolute(d.text("payper_url"), c.scheme), RedirectURL: absolute(d.text("redirect_url"), c.scheme),
	}
	amount, fee := d.object("amount"), d.object("payment_fee")
	out.GrandAmount, _ = amount.rupiah("grand_amount")
	out.Subtotal, _ = amount.rupiah("subtotal_amount")
	out.BuyerFee, _ = fee.rupiah("buyer_fee_amount")
	out.MerchantFee, _ = fee.rupiah("merchant_fee")
	out.SupplierFee, _ = fee.rupiah("supplier_fee_amount")
	return out, nil
}

// CancelPaymentRequest withdraws a pending payment request. A paid one is ErrAlreadyPaid. It may be repeated.
func (c *Client) CancelPaymentRequest(ctx context.Context, id string) error {
	escaped, err := segment("CancelPaymentRequest", id)
	if err != nil {
		return err
	}
	return uncertain(c.do(ctx, call{
		op: "CancelPaymentRequest", method: http.MethodPost, path: "/api/v1/payment/request/" + escaped + "/cancel",
	}, nil))
}

// PaymentMethod is a way to pay that the account offers.
type PaymentMethod struct {
	Method  string
	Channel string
	Raw     json.RawMessage // the whole entry: the shape of its fees is undocumented
}

// ListPaymentMethods lists the methods and channels of the account. The provider documents that the call exists but
// not its answer, so entries are read under either pair of names that is used elsewhere.
func (c *Client) ListPaymentMethods(ctx context.Context) ([]PaymentMethod, error) {
	var answer struct {
		Data []json.RawMessage `json:"data"`
	}
	k := call{op: "ListPaymentMethods", method: http.MethodGet, path: "/api/v1/payments/method", repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return nil, err
	}
	methods := make([]PaymentMethod, 0, len(answer.Data))
	for _, raw := range answer.Data {
		o := readObject(raw)
		methods = append(methods, PaymentMethod{
			Method:  firstText(o.text("payment_method"), o.text("method")),
			Channel: strings.ToLower(firstText(o.text("payment_channel"), o.text("channel"))),
			Raw:     raw,
		})
	}
	return methods, nil
}

// SimulatePayment pays a payment request in the staging environment, where real money must never be sent.
func (c *Client) SimulatePayment(ctx context.Context, refID string) error {
	return uncertain(c.do(ctx, call{
		op: "SimulatePayment", method: http.MethodPost, path: "/api/v1/payment/simulation",
		body: map[string]string{"change_status_to": "PAID", "ref_id": refID},
	}, nil))
}
