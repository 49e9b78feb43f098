package withdrawals

import (
	"context"
	"fmt"
	"html"
	"strconv"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/mail"
	"reserva/internal/kit/money"
	"reserva/internal/kit/outbox"
	"reserva/internal/kit/phone"
	"reserva/internal/kit/token"
)

// What a code is asked for.
const (
	ForWithdrawal     = "withdrawal"
	CreateBankAccount = "create_bank_account"
	UpdateBankAccount = "update_bank_account"
)

// Rules of codes.
const (
	codeLife     = 5 * time.Minute
	codeAttempts = 5
	codePause    = 30 * time.Second
	codesPerHour = 10
	codePurpose  = "withdrawal code" // of the hash
)

// Faults of codes.
var (
	ErrCode        = fault.New(fault.BadRequest, "withdrawal.code", "The code is wrong, or was not asked for this.")
	ErrCodeExpired = fault.New(fault.BadRequest, "withdrawal.code_expired", "The code is too old. Ask for another.")
	ErrCodeTries   = fault.New(fault.TooMany, "withdrawal.code_tries", "The code was tried too often. Ask for another.")
	ErrCodeTooSoon = fault.New(fault.TooMany, "withdrawal.code_too_soon", "A code is on its way. Wait before you ask for another.")
	ErrNoAddress   = fault.New(fault.BadRequest, "withdrawal.no_address", "You have no telephone number. Ask for the code by e-mail.")
)

// CodeWish asks for a code. What it is to confirm is named here, and the code is good
// for nothing else.
type CodeWish struct {
	Purpose       string         `json:"purpose" enum:"withdrawal,create_bank_account,update_bank_account"`
	Method        string         `json:"method,omitempty" enum:"email,sms,whatsapp" doc:"E-mail when absent. A code for whatsapp goes as a text message."`
	Amount        *money.Decimal `json:"amount,omitempty" example:"250000" doc:"For a withdrawal: its amount."`
	Currency      string         `json:"currency,omitempty" maxLength:"3" example:"IDR" doc:"For a withdrawal: its currency; that of the business when absent."`
	BankAccountID id.ID          `json:"bank_account_id,omitempty" doc:"For a withdrawal, or a change of an account: the account."`
	BankCode      string         `json:"bank_code,omitempty" maxLength:"20" pattern:"^[A-Za-z0-9_]*$" patternDescription:"letters and digits" example:"014" doc:"For a new account: its bank."`
	AccountNumber string         `json:"account_number,omitempty" maxLength:"34" pattern:"^[0-9]*$" patternDescription:"digits" example:"1234567890" doc:"For a new account: its number."`
}

// Code names a code that is on its way.
type Code struct {
	Token        id.ID     `json:"token" doc:"To be sent back as otp_token."`
	SentTo       string    `json:"sent_to" example:"d***@example.com"`
	ExpiresAt    time.Time `json:"expires_at"`
	AttemptsLeft int       `json:"attempts_left" example:"5"`
}

// confirmed is what a code confirms.
type confirmed struct {
	purpose  string
	amount   int64 // of currency, for a withdrawal
	currency money.Currency
	account  string
}

// confirms reads what is to be confirmed; c is the currency of a withdrawal.
func (in CodeWish) confirms(c money.Currency) (confirmed, error) {
	missing := func(field string) error {
		return fault.ErrInvalid.WithField(field, "is needed for this purpose", "missing")
	}
	out := confirmed{purpose: in.Purpose, account: string(in.BankAccountID)}
	switch {
	case in.Purpose == CreateBankAccount && in.BankCode == "":
		return out, missing("bank_code")
	case in.Purpose == CreateBankAccount && in.AccountNumber == "":
		return out, missing("account_number")
	case in.Purpose == CreateBankAccount:
		out.account = in.BankCode + ":" + in.AccountNumber
	case in.BankAccountID == "":
		return out, missing("bank_account_id")
	case in.Purpose == ForWithdrawal && in.Amount == nil:
		return out, missing("amount")
	case in.Purpose == ForWithdrawal:
		amount, err := positive(*in.Amount, c)
		if err != nil {
			return out, err
		}
		out.amount, out.currency = amount, c
	}
	return out, nil
}

// positive reads the amount of a withdrawal.
func positive(amount money.Decimal, c money.Currency) (int64, error) {
	minor, err := amount.NonNegativeMinor(c)
	if err != nil || minor == 0 {
		return 0, fault.InvalidField("amount", "must be an amount of "+string(c)+" above 0")
	}
	return minor, nil
}

type receiver struct {
	Business string     `db:"business"`
	Email    string     `db:"email"`
	Phone    string     `db:"phone"`
	Recent   int        `db:"recent"`
	First    *time.Time `db:"first"`
	Newest   *time.Time `db:"newest"`
}

// RequestCode sends a code to the caller. Faults: ErrCodeTooSoon, ErrNoAddress,
// ErrNoAccount.
func (o *Operations) RequestCode(ctx context.Context, who access.Staff, in CodeWish) (Code, error) {
	asked, err := parseCurrency("currency", in.Currency)
	if err != nil {
		return Code{}, err
	}
	var out Code
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		c, err := inCurrency(ctx, tx, asked)
		if err != nil {
			return err
		}
		what, err := in.confirms(c)
		if err != nil {
			return err
		}
		bank, number := in.BankCode, in.AccountNumber
		if in.Purpose != CreateBankAccount {
			account, err := lockAccount(ctx, tx, in.BankAccountID)
			if err != nil {
				return err
			}
			bank, number = account.BankName, account.LastFour
		}
		tx.Exec(`SELECT pg_advisory_xact_lock(hashtextextended('withdrawal_codes' || $1, 0))`, who.UserID)
		to, err := db.One[receiver](ctx, tx, `
			SELECT t.name AS business, u.email, u.phone, c.recent, c.first, c.newest
			FROM tenants t
			JOIN users u ON u.id = $2
			CROSS JOIN (
				SELECT count(*) AS recent, min(created_at) AS first, max(created_at) AS newest
				FROM withdrawal_codes
				WHERE tenant_id = $1 AND user_id = $2 AND created_at > $3) c
			WHERE t.id = $1`, who.Tenant, who.UserID, tx.Now().Add(-time.Hour))
		if err != nil {
			return err
		}
		if err := to.mayAsk(tx.Now()); err != nil {
			return err
		}
		message, shown, err := to.message(in.Method)
		if err != nil {
			return err
		}
		code, expires := token.NewCode(), tx.Now().Add(codeLife)
		out = Code{Token: id.Random(), SentTo: shown, ExpiresAt: expires, AttemptsLeft: codeAttempts}
		tx.Exec(`
			INSERT INTO withdrawal_codes (tenant_id, id, user_id, purpose, hash, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			who.Tenant, out.Token, who.UserID, what.purpose, o.keys.MAC(codePurpose, what.mac(who, out.Token, code)...), tx.Now(), expires)
		audit.Record(tx, who, "withdrawal.code_requested", "withdrawal_code", who.UserID, nil, nil)
		message.Text = fmt.Sprintf("Your code is %s. It confirms %s (%s ******%s) for %s, within 5 minutes. If you did not ask for it, do not give it to anybody, and change your password.",
			code, what, bank, number[max(0, len(number)-4):], to.Business)
		if message.Channel == outbox.Email {
			message.Subject, message.HTML = "Your code for "+to.Business, "<p>"+html.EscapeString(message.Text)+"</p>"
		}
		message.Until, message.Reference = expires, "withdrawal_code:"+string(out.Token)
		outbox.Queue(tx, message)
		return nil
	})
	return out, err
}

// String tells the receiver of a code what it is for.
func (c confirmed) String() string {
	switch c.purpose {
	case ForWithdrawal:
		return "a withdrawal of " + money.Format(c.amount, c.currency) + " to your bank account"
	case CreateBankAccount:
		return "a new bank account"
	}
	return "a change of a bank account"
}

// mac is what is hashed: the code with everything that it is bound to.
func (c confirmed) mac(who access.Staff, name id.ID, code string) []string {
	return []string{string(who.Tenant), string(who.UserID), string(name), c.purpose, strconv.FormatInt(c.amount, 10), string(c.currency), c.account, code}
}

func (r receiver) mayAsk(now time.Time) error {
	var wait time.Duration
	if r.Newest != nil {
		wait = codePause - now.Sub(*r.Newest)
	}
	if r.Recent >= codesPerHour {
		wait = max(wait, time.Hour-now.Sub(*r.First))
	}
	if wait <= 0 {
		return nil
	}
	return ErrCodeTooSoon.WithRetryAfter(wait)
}

// message is one without its text, and how its address is shown.
func (r receiver) message(method string) (outbox.Message, string, error) {
	if method == "" || method == "email" {
		return outbox.Message{Channel: outbox.Email, To: r.Email}, mail.Mask(r.Email), nil
	}
	if r.Phone == "" {
		return outbox.Message{}, "", ErrNoAddress
	}
	return outbox.Message{Channel: outbox.SMS, To: r.Phone}, phone.Mask(r.Phone), nil
}

type codeRow struct {
	Hash    []byte     `db:"hash"`
	Tried   int        `db:"attempts"`
	Expires time.Time  `db:"expires_at"`
	UsedAt  *time.Time `db:"used_at"`
}

// redeem counts a guess and compares it; a right code is used up. The refusal is
// apart from the error because tx has to commit the count either way.
func (o *Operations) redeem(ctx context.Context, tx *db.Tx, who access.Staff, name, code string, what confirmed) (refusal *fault.Error, err error) {
	found := db.QueueOne[codeRow](tx, `
		UPDATE withdrawal_codes
		SET attempts = attempts + 1
		WHERE tenant_id = $1 AND id = $2 AND user_id = $3
		RETURNING hash, attempts, expires_at, used_at`, who.Tenant, name, who.UserID)
	if err := tx.Flush(ctx); err != nil {
		return nil, err
	}
	r := found.Value
	switch {
	case !found.Found || r.UsedAt != nil:
		return ErrCode, nil
	case !r.Expires.After(tx.Now()):
		return ErrCodeExpired, nil
	case r.Tried > codeAttempts:
		return ErrCodeTries.WithRetryAfter(codePause), nil
	case !o.keys.CheckMAC(r.Hash, codePurpose, what.mac(who, id.ID(name), code)...):
		return ErrCode.WithExtra(map[string]any{"attempts_left": codeAttempts - r.Tried}), nil
	}
	tx.Exec(`
		UPDATE withdrawal_codes
		SET used_at = $3
		WHERE tenant_id = $1 AND id = $2`, who.Tenant, name, tx.Now())
	return nil, nil
}

// TidyCodes removes codes that nobody can enter any more.
func (o *Operations) TidyCodes(ctx context.Context) error {
	return o.db.Platform(ctx, "remove old codes of withdrawals", func(tx *db.Tx) error {
		tx.Exec(`DELETE FROM withdrawal_codes WHERE tenant_id IS NOT NULL AND created_at < $1`, tx.Now().Add(-24*time.Hour))
		return nil
	})
}
