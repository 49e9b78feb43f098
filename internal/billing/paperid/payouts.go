package paperid

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Balance is the account's digital payment balance.
type Balance struct {
	Currency  string
	Available int64 // can be withdrawn
	OnHold    int64
	UpdatedAt time.Time // zero where not sent
}

// Balance reads the account's balance. Payments arrive in it when no other destination is set in the dashboard.
func (c *Client) Balance(ctx context.Context) (Balance, error) {
	var answer struct {
		Data struct {
			Currency text   `json:"currency"`
			Balance  rupiah `json:"balance"`
			OnHold   rupiah `json:"on_hold_amount"`
		} `json:"data"`
		Meta struct {
			ModifiedAt text `json:"modified_at"`
		} `json:"meta"`
	}
	k := call{op: "Balance", method: http.MethodGet, path: "/api/v1/payment/balance", repeat: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return Balance{}, err
	}
	return Balance{
		Currency:  string(answer.Data.Currency),
		Available: int64(answer.Data.Balance),
		OnHold:    int64(answer.Data.OnHold),
		UpdatedAt: readTime(string(answer.Meta.ModifiedAt)),
	}, nil
}

// Withdrawal is the answer to a request for money.
type Withdrawal struct {
	RefID  string
	Status string // "Disbursed Requested"
}

// CreateWithdrawal asks for amount rupiah of the balance to be sent to the account owner's primary bank account; there
// is no other destination, and a one-time code is asked for when that account is added, not here. The outcome comes as
// a disbursement callback with the same refID. It is sent once; after ErrUncertain compare the balance before anything
// else. Errors: ErrInsufficientBalance, ErrDuplicateNumber for a known refID.
func (c *Client) CreateWithdrawal(ctx context.Context, refID string, amount int64) (Withdrawal, error) {
	body := map[string]any{"transaction_detail": map[string]any{"ref_id": refID, "total_amount": amount}}
	var answer struct {
		Data struct {
			RefID  text `json:"ref_id"`
			Status text `json:"transaction_status"`
		} `json:"data"`
	}
	k := call{op: "CreateWithdrawal", method: http.MethodPost, path: "/api/v1/withdrawal/request", body: body, number: true}
	if err := c.do(ctx, k, &answer); err != nil {
		return Withdrawal{}, uncertain(err)
	}
	return Withdrawal{RefID: string(answer.Data.RefID), Status: string(answer.Data.Status)}, nil
}

// What a one-time code is for, and how it is sent.
const (
	OTPCreateBankAccount = "create_bank_account"
	OTPUpdateBankAccount = "update_bank_account"

	OTPByEmail    = "email"
	OTPBySMS      = "sms"
	OTPByWhatsApp = "whatsapp"
)

// OTPRequest asks for a one-time code to be sent to the account's owner.
type OTPRequest struct {
	Action string // OTPCreateBankAccount or OTPUpdateBankAccount
	Method string // OTPByEmail, OTPBySMS or OTPByWhatsApp
	Email  string // for OTPByEmail
	Phone  string // for the other two, E.164
}

// OTP is a code on its way; Token names it when it is entered.
type OTP struct {
	Token     string
	Attempts  int64
	ExpiresAt time.Time // zero where not sent
}

// RequestOTP has a code sent. It is a GET at the provider but sends a message each time, so it is never repeated.
func (c *Client) RequestOTP(ctx context.Context, in OTPRequest) (OTP, error) {
	query := url.Values{"method": {in.Method}, "otp_action": {in.Action}}
	if in.Method == OTPByEmail {
		query.Set("email", in.Email)
	} else {
		query.Set("phone", in.Phone)
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "RequestOTP", method: http.MethodGet, path: "/api/v2/verification-request", query: query}
	if err := c.do(ctx, k, &answer); err != nil {
		return OTP{}, uncertain(err)
	}
	otp := OTP{Token: answer.Data.text("token"), ExpiresAt: readTime(answer.Data.text("expired_at"))}
	otp.Attempts, _ = answer.Data.rupiah("attempt")
	return otp, nil
}

// BankAccountInput adds a bank account to which withdrawals go.
type BankAccountInput struct {
	Token         string // from RequestOTP
	Code          string // what the owner received
	BankCode      string // the provider's code
	AccountNumber string
	BranchName    string
	Currency      string
	IsDefault     bool
}

// BankAccount is a bank account to which withdrawals can go.
type BankAccount struct {
	ID            string
	BankCode      string
	AccountNumber string
	AccountName   string
	IsDefault     bool
}

// AddWithdrawalBankAccount adds a bank account. A wrong or stale code is an *APIError with status 400.
func (c *Client) AddWithdrawalBankAccount(ctx context.Context, in BankAccountInput) (BankAccount, error) {
	body := map[string]any{
		"token": in.Token,
		// The schema's list of required names says code, its properties say otp_code.
		"otp_code": in.Code, "code": in.Code,
		"bank_code": in.BankCode, "account_number": in.AccountNumber, "branch_name": in.BranchName,
		"currency": in.Currency, "is_default": in.IsDefault,
	}
	var answer struct {
		Data object `json:"data"`
	}
	k := call{op: "AddWithdrawalBankAccount", method: http.MethodPost, path: "/api/v2/withdrawal-bank-accounts", body: body}
	if err := c.do(ctx, k, &answer); err != nil {
		return BankAccount{}, uncertain(err)
	}
	d := answer.Data
	return BankAccount{
		ID: d.text("id"), BankCode: d.text("bank_code"),
		AccountNumber: firstText(d.text("account_number"), d.text("bank_account_number")),
		AccountName:   firstText(d.text("account_name"), d.text("bank_account_name")),
		IsDefault:     d.text("is_default") == "true",
	}, nil
}
