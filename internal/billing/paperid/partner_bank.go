package paperid

import (
	"context"
	"net/http"
)

// PartnerBankAccountInput adds a bank account to a partner, who is named by the provider's id or by our number.
type PartnerBankAccountInput struct {
	PartnerID, PartnerNumber string
	BankCode                 string // the provider's code
	AccountNumber            string
	BypassValidation         bool // take it without asking the bank whose it is
}

// PartnerBank is a bank account as the provider keeps it. The shape of the answer is not documented: it is read under
// the names of the request and those of partners.
type PartnerBank struct {
	ID            string
	BankCode      string
	AccountNumber string
	AccountName   string
}

type partnerBankDetail struct {
	BankCode string `json:"bank_code"`
	Number   string `json:"bank_account_number"`
}

// AddPartnerBankAccount adds a bank account to a partner. It fails with ErrNotFound where there is no such partner.
func (c *Client) AddPartnerBankAccount(ctx context.Context, in PartnerBankAccountInput) (PartnerBank, error) {
	body := map[string]any{
		"bank_account_detail": partnerBankDetail{BankCode: in.BankCode, Number: in.AccountNumber}, "bypass_validation": in.BypassValidation,
	}
	if in.PartnerID != "" {
		body["partner_id"] = in.PartnerID
	}
	if in.PartnerNumber != "" {
		body["partner_number"] = in.PartnerNumber
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "AddPartnerBankAccount", method: http.MethodPost, path: "/api/v1/bank-account/partner", body: body}
	if err := c.do(ctx, k, &answer); err != nil {
		return PartnerBank{}, uncertain(err)
	}
	return partnerBank(answer.Data), nil
}

// GetBankAccount reads a partner's bank account by the provider's id.
func (c *Client) GetBankAccount(ctx context.Context, id string) (PartnerBank, error) {
	escaped, err := segment("GetBankAccount", id)
	if err != nil {
		return PartnerBank{}, err
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "GetBankAccount", method: http.MethodGet, path: "/api/v1/bank-account/" + escaped, repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return PartnerBank{}, err
	}
	return partnerBank(answer.Data), nil
}

func partnerBank(o object) PartnerBank {
	inner := o.object("bank_account_detail")
	read := func(names ...string) string {
		for _, name := range names {
			if found := firstText(o.text(name), inner.text(name)); found != "" {
				return found
			}
		}
		return ""
	}
	return PartnerBank{
		ID: read("id", "bank_id"), BankCode: read("bank_code"), AccountNumber: read("bank_account_number", "account_number"),
		AccountName: read("bank_account_name", "account_name"),
	}
}
