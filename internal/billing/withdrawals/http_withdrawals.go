package withdrawals

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

// AccountPath is exported since fields of an unexported struct are not read when it is embedded.
type AccountPath struct {
	Account string `path:"bank_account_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// Path names a withdrawal.
type Path struct {
	Withdrawal string `path:"withdrawal_id" example:"65f1e2a0c3b4d5e6f7a8b9c0"`
}

// codeFaults are those of everything that a code confirms.
func codeFaults(more ...*fault.Error) []*fault.Error {
	return append([]*fault.Error{ErrCode, ErrCodeExpired, ErrCodeTries}, more...)
}

func registerWithdrawals(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/withdrawals/request-otp", ID: "request-withdrawal-code", Tag: tag, Summary: "Ask for a code",
		Description: "A code of six digits goes to you by e-mail or telephone. It confirms what is named here and nothing else, once, within five minutes and five tries.",
		Errors:      []*fault.Error{ErrCodeTooSoon, ErrNoAddress, ErrNoAccount}, Status: http.StatusCreated, Idempotent: true,
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *struct{ Body CodeWish }) (*Code, error) {
		sent, err := o.RequestCode(ctx, who, in.Body)
		return &sent, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/withdrawals", ID: "create-withdrawal", Tag: tag, Summary: "Withdraw earnings",
		Description: "The amount leaves the earnings at once and is paid out to the bank account; it is back where that fails. One withdrawal is in progress at a time.",
		Errors:      codeFaults(ErrMinimum, ErrNoAccount, ErrInsufficient, ErrInProgress), Status: http.StatusCreated, Idempotent: true,
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *struct{ Body Wish }) (*Withdrawal, error) {
		made, err := o.Request(ctx, who, in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals", ID: "list-withdrawals", Tag: tag, Summary: "List your withdrawals", Description: "The newest first.",
	}, access.WithdrawalsRead, func(ctx context.Context, who access.Staff, in *struct {
		api.Page
		Status string `query:"status" enum:"pending,processing,completed,failed,cancelled" doc:"Only those in this state."`
	}) (*api.List[Withdrawal], error) {
		return o.List(ctx, who, in.Status, in.Page)
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals/{withdrawal_id}", ID: "get-withdrawal", Tag: tag, Summary: "Read a withdrawal",
		Description: "With the bank account it goes to.", Errors: []*fault.Error{ErrNotFound},
	}, access.WithdrawalsRead, func(ctx context.Context, who access.Staff, in *Path) (*Withdrawal, error) {
		found, err := o.Get(ctx, who, api.ID(in.Withdrawal))
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/withdrawals/{withdrawal_id}/cancel", ID: "cancel-withdrawal", Tag: tag, Summary: "Cancel a withdrawal",
		Description: "Only while it is pending, some seconds after it was asked for. The amount is available again.",
		Errors:      []*fault.Error{ErrNotFound, ErrNotPending}, Idempotent: true,
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *Path) (*Withdrawal, error) {
		ended, err := o.Cancel(ctx, who, api.ID(in.Withdrawal))
		return &ended, err
	})
}

// registerOperator registers what the operator does, who pays out by hand what no
// provider does.
func registerOperator(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals/open", ID: "list-open-withdrawals", Tag: tag, Summary: "List what is to be paid out",
		Description: "For the operator: the withdrawals of all businesses that are not over, the longest waiting first, with the full numbers of the bank accounts. " +
			"Say that you take one with status processing of `POST /tenants/{tenant_id}/withdrawals/{withdrawal_id}/resolve`, and then what became of it.",
	}, access.Platform, func(ctx context.Context, _ access.Staff, in *struct {
		api.Page
		Status string `query:"status" enum:"pending,processing" doc:"Only those in this state; processing is with the provider."`
	}) (*api.List[OpenWithdrawal], error) {
		return o.ListOpen(ctx, in.Status, in.Page)
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/tenants/{tenant_id}/withdrawals/{withdrawal_id}/resolve", ID: "resolve-withdrawal", Tag: tag,
		Summary: "Say what became of a withdrawal",
		Description: "For the operator: one that is paid out by hand, or of which the provider never said what became of it. With processing you take one that is pending: " +
			"the business cannot cancel it any more, nor is the provider asked to pay it. Completed and failed end it: the amount has left, or is available again.",
		Errors: []*fault.Error{ErrNotFound, ErrNotOpen, ErrNotPending}, Idempotent: true,
	}, access.Platform, func(ctx context.Context, who access.Staff, in *struct {
		Path
		Tenant string `path:"tenant_id" example:"6b0122f129abbffc7f79db7a"`
		Body   Verdict
	}) (*Withdrawal, error) {
		ended, err := o.Resolve(ctx, who, api.ID(in.Tenant), api.ID(in.Withdrawal), in.Body)
		return &ended, err
	})
}

func registerAccounts(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals/bank-accounts", ID: "list-bank-accounts", Tag: tag, Summary: "List your bank accounts",
		Description: "The default first. Of numbers the last four digits are shown.",
	}, access.WithdrawalsRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*BankAccounts, error) {
		found, err := o.Accounts(ctx, who)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPost, Path: "/withdrawals/bank-accounts", ID: "add-bank-account", Tag: tag, Summary: "Add a bank account",
		Description: "Confirmed with a code that was asked for with the same bank and number.", Errors: codeFaults(), Status: http.StatusCreated, Idempotent: true,
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *struct{ Body AccountWish }) (*BankAccount, error) {
		made, err := o.AddAccount(ctx, who, in.Body)
		return &made, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/withdrawals/bank-accounts/{bank_account_id}", ID: "change-bank-account", Tag: tag, Summary: "Change a bank account",
		Description: "Its names, or that it is the default, confirmed with a code. Another number is another account.", Errors: codeFaults(ErrNoAccount),
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *struct {
		AccountPath
		Body AccountChange
	}) (*BankAccount, error) {
		changed, err := o.ChangeAccount(ctx, who, api.ID(in.Account), in.Body)
		return &changed, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/withdrawals/bank-accounts/{bank_account_id}", ID: "remove-bank-account", Tag: tag, Summary: "Remove a bank account",
		Description: "Withdrawals that went there keep naming it.", Errors: []*fault.Error{ErrNoAccount, ErrAccountInUse},
	}, access.WithdrawalsWrite, func(ctx context.Context, who access.Staff, in *AccountPath) (*api.None, error) {
		return nil, o.RemoveAccount(ctx, who, api.ID(in.Account))
	})
}
