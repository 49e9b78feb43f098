package paperid

import (
	"context"
	"net/http"
	"time"
)

// The sides of our books on which a partner can stand.
const (
	PartnerClient   = "Client"
	PartnerSupplier = "Supplier"
	PartnerBoth     = "Both"
)

// PartnerInput is what CreatePartner and UpdatePartner send. An update replaces everything.
type PartnerInput struct {
	Name         string `json:"name"`                    // required; a known number under another name is refused
	Number       string `json:"number"`                  // required, ours, unique in the account
	Type         string `json:"type"`                    // required, one of the Partner constants
	Phone        string `json:"phone"`                   // required, E.164
	BusinessType string `json:"business_type,omitempty"` // pt, cv, perorangan, lainnya
	CustomType   string `json:"custom_type,omitempty"`   // individual, company, travel-agent
	Email        string `json:"email,omitempty"`
	MobilePhone  string `json:"mobile_phone,omitempty"`
	Notes        string `json:"notes,omitempty"`

	Address      *PartnerAddress      `json:"address,omitempty"`
	Contacts     []PartnerContact     `json:"contacts,omitempty"`
	BankAccounts []PartnerBankAccount `json:"bank_accounts,omitempty"`
	Methods      *PartnerMethods      `json:"payment_method,omitempty"` // with which the partner may pay; nil: all
}

// PartnerMethods are the methods of payment that a partner is offered.
type PartnerMethods struct {
	CreditCard     bool `json:"credit_card"`
	BankTransfer   bool `json:"bank_transfer"`
	EWallet        bool `json:"ewallet"`
	DigitalPartner bool `json:"mitra_pembayaran_digital"`
	QRIS           bool `json:"qris"`
}

// PartnerAddress is a postal address.
type PartnerAddress struct {
	Line1      string `json:"address_line_1,omitempty"`
	Line2      string `json:"address_line_2,omitempty"`
	City       string `json:"city,omitempty"`
	State      string `json:"state,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	Country    string `json:"country,omitempty"`
}

// PartnerContact is a person at the partner. All but the note are required.
type PartnerContact struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Position string `json:"position"`
	Note     string `json:"note,omitempty"`
}

// PartnerBankAccount is an account of the partner's, to which payments out go. The bank code is the provider's.
type PartnerBankAccount struct {
	BankCode  string `json:"bank_code"`
	Number    string `json:"bank_account_number"`
	Name      string `json:"bank_account_name,omitempty"`
	Country   string `json:"country,omitempty"`
	Currency  string `json:"currency,omitempty"`
	IsBypass  bool   `json:"is_bypass,omitempty"` // take it without asking the bank whose it is
	IsDefault bool   `json:"is_default,omitempty"`
}

// Partner is a customer or supplier as the provider keeps it.
type Partner struct {
	ID, Number, Name, Type    string
	Phone, MobilePhone, Email string
	CreatedAt, UpdatedAt      time.Time // zero where not sent or unreadable

	// Adopted tells that CreatePartner's own answer was lost and this is what was found under the number.
	Adopted bool
}

type partnerWire struct {
	ID          text `json:"id"`
	Number      text `json:"number"`
	Name        text `json:"name"`
	Type        text `json:"type"`
	Phone       text `json:"phone"`
	MobilePhone text `json:"mobile_phone"`
	Email       text `json:"email"`
	CreatedAt   text `json:"created_at"`
	UpdatedAt   text `json:"updated_at"`
}

func (w partnerWire) partner() Partner {
	return Partner{
		ID: string(w.ID), Number: string(w.Number), Name: string(w.Name), Type: string(w.Type),
		Phone: string(w.Phone), MobilePhone: string(w.MobilePhone), Email: string(w.Email),
		CreatedAt: readTime(string(w.CreatedAt)), UpdatedAt: readTime(string(w.UpdatedAt)),
	}
}

// CreatePartner creates a partner. After a lost answer it looks the number up and returns what it finds with Adopted
// set; where that fails too the error is ErrUncertain. A taken number is ErrDuplicateNumber, or ErrPartnerMismatch
// when it is known under another name.
func (c *Client) CreatePartner(ctx context.Context, in PartnerInput) (Partner, error) {
	first, rest, cancel := c.split(ctx)
	defer cancel()

	partner, err := c.writePartner(first, call{
		op: "CreatePartner", method: http.MethodPost, path: "/api/v2/partners", body: in, number: true,
	})
	if err == nil || !mayHaveHappened(err) {
		return partner, err
	}
	found, lookErr := look(rest, c.backoff, func(ctx context.Context) (Partner, error) {
		return c.FindPartnerByNumber(ctx, in.Number)
	})
	if lookErr != nil {
		return Partner{}, uncertain(err)
	}
	found.Adopted = true
	return found, nil
}

// UpdatePartner replaces a partner's data. It may be repeated.
func (c *Client) UpdatePartner(ctx context.Context, id string, in PartnerInput) (Partner, error) {
	escaped, err := segment("UpdatePartner", id)
	if err != nil {
		return Partner{}, err
	}
	partner, err := c.writePartner(ctx, call{
		op: "UpdatePartner", method: http.MethodPut, path: "/api/v2/partners/" + escaped, body: in, number: true,
	})
	return partner, uncertain(err)
}

func (c *Client) writePartner(ctx context.Context, k call) (Partner, error) {
	var answer struct {
		Data partnerWire `json:"data"`
	}
	if err := c.do(ctx, k, &answer); err != nil {
		return Partner{}, err
	}
	if answer.Data.ID == "" {
		return Partner{}, &outage{op: k.op, sent: true, cause: errNoID}
	}
	return answer.Data.partner(), nil
}

// GetPartner reads a partner by the provider's id.
func (c *Client) GetPartner(ctx context.Context, id string) (Partner, error) {
	escaped, err := segment("GetPartner", id)
	if err != nil {
		return Partner{}, err
	}
	var answer struct {
		Data partnerWire `json:"data"`
	}
	k := call{op: "GetPartner", method: http.MethodGet, path: "/api/v2/partners/" + escaped, repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return Partner{}, err
	}
	return answer.Data.partner(), nil
}
