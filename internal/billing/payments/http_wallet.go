package payments

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/calendar/appointments"
	"reserva/internal/kit/fault"
)

// ByCustomer names a customer in the path.
type ByCustomer struct {
	ID string `path:"customer_id" example:"6b0122f129abbffc7f79db7a"`
}

// CurrencyQuery is exported since fields of an unexported struct are not read when it is embedded.
type CurrencyQuery struct {
	Currency string `query:"currency" maxLength:"3" example:"IDR" doc:"That of the business when absent."`
}

// registerWallet registers what customers see of their wallet, and do with it.
func registerWallet(a *api.API, o *Operations) {
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/wallet", ID: "get-wallet", Tag: tag, Summary: "Read your wallet",
		Description: "What you have in hand at this business: what you put in, refunds, and payments that arrived too late, in one currency. Use it with use_wallet.",
	}, func(ctx context.Context, who access.Customer, in *CurrencyQuery) (*Wallet, error) {
		found, err := o.Wallet(ctx, who, in.Currency)
		return &found, err
	})
	api.Customer(a, api.Op{
		Method: http.MethodGet, Path: "/customer/wallet/transactions", ID: "list-wallet-transactions", Tag: tag, Summary: "List what your wallet is made of",
		Description: "Newest first, with the balance after each.",
	}, func(ctx context.Context, who access.Customer, in *struct {
		api.Page
		CurrencyQuery
	}) (*api.List[WalletTransaction], error) {
		return o.WalletTransactions(ctx, who, in.Currency, in.Page)
	})
	api.Customer(a, api.Op{
		Method: http.MethodPost, Path: "/customer/wallet/topup", ID: "top-up-wallet", Tag: tag,
		Status: http.StatusCreated, Idempotent: true, Timeout: linkTimeout, Summary: "Put money into your wallet",
		Description: "Makes a page on which to pay the amount and the platform's fee. The wallet is credited once, when the payment has arrived. " +
			"A link of yours that is open is replaced.",
		Errors: []*fault.Error{ErrWalletLimit, ErrCurrency, ErrLinkPending, ErrProvider, ErrUnfinished, ErrNoProvider, appointments.ErrForeignTenant},
	}, func(ctx context.Context, who access.Customer, in *struct{ Body TopUp }) (*ToppedUp, error) {
		made, err := o.TopUpWallet(ctx, who, in.Body)
		return &made, err
	})
}

// registerWalletOf registers what the desk sees of a customer's wallet.
func registerWalletOf(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers/{customer_id}/wallet", ID: "get-customer-wallet", Tag: tag, Summary: "Read a customer's wallet",
		Description: "What the customer has in hand at this business.", Errors: []*fault.Error{appointments.ErrCustomerNotFound},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *struct {
		ByCustomer
		CurrencyQuery
	}) (*Wallet, error) {
		found, err := o.WalletOf(ctx, who, api.ID(in.ID), in.Currency)
		return &found, err
	})
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/customers/{customer_id}/wallet/transactions", ID: "list-customer-wallet-transactions", Tag: tag,
		Summary: "List what a customer's wallet is made of", Description: "Newest first, with the balance after each.",
		Errors: []*fault.Error{appointments.ErrCustomerNotFound},
	}, access.PaymentsRead, func(ctx context.Context, who access.Staff, in *struct {
		ByCustomer
		api.Page
		CurrencyQuery
	}) (*api.List[WalletTransaction], error) {
		return o.WalletTransactionsOf(ctx, who, api.ID(in.ID), in.Currency, in.Page)
	})
}
