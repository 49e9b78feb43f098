package withdrawals

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
)

const tag = "Withdrawals"

// CurrencyQuery is exported since fields of an unexported struct are not read when it is embedded.
type CurrencyQuery struct {
	Currency string `query:"currency" maxLength:"3" example:"IDR" doc:"That of the business when absent."`
}

// Register registers what tenant administrators see of their earnings.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals/balance", ID: "get-balance", Tag: tag, Summary: "Read your earnings",
		Description: "What was paid online, less fees and withdrawals. Recent earnings are pending before they can be withdrawn.",
	}, access.WithdrawalsRead, func(ctx context.Context, who access.Staff, in *CurrencyQuery) (*Balance, error) {
		found, err := o.Balance(ctx, who, in.Currency)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/withdrawals/balance/transactions", ID: "list-balance-transactions", Tag: tag, Summary: "List what your earnings are made of",
		Description: "Newest first, each with the balance after it.",
	}, access.WithdrawalsRead, func(ctx context.Context, who access.Staff, in *struct {
		api.Page
		CurrencyQuery
	}) (*api.List[Transaction], error) {
		return o.Transactions(ctx, who, in.Currency, in.Page)
	})
	registerWithdrawals(a, o)
	registerAccounts(a, o)
	registerOperator(a, o)
}
