package withdrawals

import (
	"context"
	"errors"
	"time"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/text"
)

// Faults of bank accounts.
var (
	ErrNoAccount    = fault.New(fault.NotFound, "withdrawal.no_account", "There is no such bank account.")
	ErrAccountInUse = fault.New(fault.Conflict, "withdrawal.account_in_use", "A withdrawal to this account is in progress.")
)

// BankAccount is where a merchant is paid.
type BankAccount struct {
	ID            id.ID     `json:"id"`
	BankCode      string    `json:"bank_code" example:"014"`
	BankName      string    `json:"bank_name" example:"BCA"`
	AccountHolder string    `json:"account_holder" example:"PT Bella Vista"`
	AccountNumber string    `json:"account_number" example:"******7890" doc:"Only its last four digits are shown."`
	IsDefault     bool      `json:"is_default" example:"true"`
	CreatedAt     time.Time `json:"created_at"`
	UpdatedAt     time.Time `json:"updated_at"`
}

// BankAccounts is the list of a business's bank accounts.
type BankAccounts struct {
	Items []BankAccount `json:"items"`
	Total int           `json:"total" example:"1"`
}

// AccountWish is a bank account to add, confirmed with a code.
type AccountWish struct {
	BankCode      string `json:"bank_code" minLength:"2" maxLength:"20" pattern:"^[A-Za-z0-9_]*$" patternDescription:"letters and digits" example:"014" doc:"As the provider names the bank."`
	BankName      string `json:"bank_name" minLength:"1" maxLength:"100" example:"BCA"`
	AccountHolder string `json:"account_holder" minLength:"1" maxLength:"200" example:"PT Bella Vista"`
	AccountNumber string `json:"account_number" minLength:"5" maxLength:"34" pattern:"^[0-9]*$" patternDescription:"digits" example:"1234567890"`
	IsDefault     bool   `json:"is_default,omitempty" doc:"The first one is the default in any case."`
	OTPToken      string `json:"otp_token" minLength:"1" maxLength:"24" pattern:"^[0-9a-f]*$" patternDescription:"a token as it was told" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
	OTPCode       string `json:"otp_code" minLength:"1" maxLength:"10" pattern:"^[0-9]*$" patternDescription:"digits" example:"482913"`
}

// AccountChange changes a bank account, confirmed with a code.
type AccountChange struct {
	BankName      string `json:"bank_name,omitempty" maxLength:"100" example:"BCA"`
	AccountHolder string `json:"account_holder,omitempty" maxLength:"200" example:"PT Bella Vista"`
	IsDefault     bool   `json:"is_default,omitempty" doc:"Makes it the default; another has to be made it instead."`
	OTPToken      string `json:"otp_token" minLength:"1" maxLength:"24" pattern:"^[0-9a-f]*$" patternDescription:"a token as it was told" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
	OTPCode       string `json:"otp_code" minLength:"1" maxLength:"10" pattern:"^[0-9]*$" patternDescription:"digits" example:"482913"`
}

// accountRow is a bank account as it is stored.
type accountRow struct {
	AccountID id.ID     `db:"account_id"`
	BankCode  string    `db:"bank_code"`
	BankName  string    `db:"bank_name"`
	Holder    string    `db:"holder"`
	Sealed    []byte    `db:"account_number"`
	LastFour  string    `db:"last_four"`
	IsDefault bool      `db:"is_default"`
	AddedAt   time.Time `db:"added_at"`
	ChangedAt time.Time `db:"changed_at"`
}

const accountColumns = `b.id AS account_id, b.bank_code, b.bank_name, b.holder, b.account_number, b.last_four, b.is_default,
	b.created_at AS added_at, b.updated_at AS changed_at`

func (r accountRow) account() BankAccount {
	return BankAccount{
		ID: r.AccountID, BankCode: r.BankCode, BankName: r.BankName, AccountHolder: r.Holder, AccountNumber: "******" + r.LastFour,
		IsDefault: r.IsDefault, CreatedAt: r.AddedAt.UTC(), UpdatedAt: r.ChangedAt.UTC(),
	}
}

// accountAudit is what the audit log keeps of a bank account.
type accountAudit struct {
	BankCode  string `json:"bank_code"`
	BankName  string `json:"bank_name"`
	LastFour  string `json:"last_four"`
	IsDefault bool   `json:"is_default"`
}

func (r accountRow) audit() accountAudit {
	return accountAudit{r.BankCode, r.BankName, r.LastFour, r.IsDefault}
}

// Accounts lists the bank accounts, the default first.
func (o *Operations) Accounts(ctx context.Context, who access.Staff) (BankAccounts, error) {
	out := BankAccounts{Items: []BankAccount{}}
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		rows, err := db.All[accountRow](ctx, tx, `
			SELECT `+accountColumns+`
			FROM bank_accounts b
			WHERE b.tenant_id = $1 AND b.removed_at IS NULL
			ORDER BY b.is_default DESC, b.created_at, b.id`, who.Tenant)
		for _, r := range rows {
			out.Items = append(out.Items, r.account())
		}
		return err
	})
	out.Total = len(out.Items)
	return out, err
}

// lockAccount reads a bank account that is to be used or changed. It fails with
// ErrNoAccount.
func lockAccount(ctx context.Context, tx *db.Tx, account id.ID) (accountRow, error) {
	r, err := db.One[accountRow](ctx, tx, `
		SELECT `+accountColumns+`
		FROM bank_accounts b
		WHERE b.tenant_id = $1 AND b.id = $2 AND b.removed_at IS NULL
		FOR UPDATE`, tx.Tenant(), account)
	if errors.Is(err, db.ErrNotFound) {
		return r, ErrNoAccount
	}
	return r, err
}

// AddAccount adds a bank account. Faults: those of a code.
func (o *Operations) AddAccount(ctx context.Context, who access.Staff, in AccountWish) (BankAccount, error) {
	name, holder, err := lines(in.BankName, in.AccountHolder)
	switch {
	case err != nil:
		return BankAccount{}, err
	case name == "":
		return BankAccount{}, fault.InvalidField("bank_name", "must not be blank")
	case holder == "":
		return BankAccount{}, fault.InvalidField("account_holder", "must not be blank")
	}
	var out BankAccount
	var refusal *fault.Error
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		what := confirmed{purpose: CreateBankAccount, account: in.BankCode + ":" + in.AccountNumber}
		if refusal, err = o.redeem(ctx, tx, who, in.OTPToken, in.OTPCode, what); err != nil || refusal != nil {
			return err
		}
		tx.Alone("bank accounts")
		first, err := db.One[bool](ctx, tx, `
			SELECT NOT EXISTS (SELECT 1 FROM bank_accounts WHERE tenant_id = $1 AND is_default)`, who.Tenant)
		if err != nil {
			return err
		}
		r := accountRow{
			AccountID: id.NewAt(tx.Now()), BankCode: in.BankCode, BankName: name, Holder: holder, LastFour: in.AccountNumber[len(in.AccountNumber)-4:],
			IsDefault: first || in.IsDefault, AddedAt: tx.Now(), ChangedAt: tx.Now(),
		}
		if r.IsDefault {
			dropDefault(tx)
		}
		r.Sealed = o.keys.Seal(sealedFor(who.Tenant, r.AccountID), []byte(in.AccountNumber))
		tx.Exec(`
			INSERT INTO bank_accounts (tenant_id, id, bank_code, bank_name, holder, account_number, last_four, is_default, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
			who.Tenant, r.AccountID, r.BankCode, r.BankName, r.Holder, r.Sealed, r.LastFour, r.IsDefault, tx.Now())
		audit.Record(tx, who, "bank_account.added", "bank_account", r.AccountID, nil, r.audit())
		out = r.account()
		return nil
	})
	if refusal != nil {
		return BankAccount{}, refusal
	}
	return out, err
}

// ChangeAccount changes a bank account's names, or makes it the default. Another
// number is another account. Faults: ErrNoAccount, those of a code.
func (o *Operations) ChangeAccount(ctx context.Context, who access.Staff, account id.ID, in AccountChange) (BankAccount, error) {
	name, holder, err := lines(in.BankName, in.AccountHolder)
	if err != nil {
		return BankAccount{}, err
	}
	var out BankAccount
	var refusal *fault.Error
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		tx.Alone("bank accounts")
		r, err := lockAccount(ctx, tx, account)
		if err != nil {
			return err
		}
		what := confirmed{purpose: UpdateBankAccount, account: string(account)}
		if refusal, err = o.redeem(ctx, tx, who, in.OTPToken, in.OTPCode, what); err != nil || refusal != nil {
			return err
		}
		before := r.audit()
		if name != "" {
			r.BankName = name
		}
		if holder != "" {
			r.Holder = holder
		}
		if in.IsDefault && !r.IsDefault {
			dropDefault(tx)
			r.IsDefault = true
		}
		r.ChangedAt = tx.Now()
		tx.Expect(1, "bank_accounts_changed", `
			UPDATE bank_accounts
			SET bank_name = $3, holder = $4, is_default = $5, updated_at = $6
			WHERE tenant_id = $1 AND id = $2
			RETURNING id`, who.Tenant, account, r.BankName, r.Holder, r.IsDefault, tx.Now())
		audit.Record(tx, who, "bank_account.changed", "bank_account", account, before, r.audit())
		out = r.account()
		return nil
	})
	if refusal != nil {
		return BankAccount{}, refusal
	}
	return out, err
}

// RemoveAccount removes a bank account to which nothing is on its way. Faults:
// ErrNoAccount, ErrAccountInUse.
func (o *Operations) RemoveAccount(ctx context.Context, who access.Staff, account id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		r, err := lockAccount(ctx, tx, account)
		if err != nil {
			return err
		}
		used, err := db.One[bool](ctx, tx, `
			SELECT EXISTS (SELECT 1 FROM withdrawals WHERE tenant_id = $1 AND bank_account_id = $2 AND status IN ('pending', 'processing'))`,
			who.Tenant, account)
		if err != nil {
			return err
		}
		if used {
			return ErrAccountInUse
		}
		tx.Exec(`
			UPDATE bank_accounts
			SET removed_at = $3, is_default = false, updated_at = $3
			WHERE tenant_id = $1 AND id = $2`, who.Tenant, account, tx.Now())
		audit.Record(tx, who, "bank_account.removed", "bank_account", account, r.audit(), nil)
		return nil
	})
}

func dropDefault(tx *db.Tx) {
	tx.Exec(`
		UPDATE bank_accounts
		SET is_default = false
		WHERE tenant_id = $1 AND is_default`, tx.Tenant())
}

// sealedFor is the purpose under which a number is sealed, so that it opens in its
// own row only.
func sealedFor(tenant, account id.ID) string {
	return "bank account:" + string(tenant) + ":" + string(account)
}

func lines(name, holder string) (string, string, error) {
	cleanName, err := text.Line(name)
	if err != nil {
		return "", "", fault.InvalidField("bank_name", "must be a single line")
	}
	cleanHolder, err := text.Line(holder)
	if err != nil {
		return "", "", fault.InvalidField("account_holder", "must be a single line")
	}
	return cleanName, cleanHolder, nil
}
