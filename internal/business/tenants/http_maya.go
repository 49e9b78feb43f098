package tenants

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

type mayaByID struct {
	Path
	Body MayaChange
}

func registerMaya(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/tenants/{tenant_id}/maya-config", ID: "get-maya-config", Tag: tag,
		Summary:     "Read the business's own Maya account",
		Description: "Without its secret key, which is kept encrypted and never shown. 404 until an account was stored.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown, ErrNoMaya},
	}, access.BillingRead, func(ctx context.Context, who access.Staff, in *Path) (*MayaAccount, error) {
		account, err := o.Maya(ctx, who, api.ID(in.TenantID))
		return &account, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodPut, Path: "/tenants/{tenant_id}/maya-config", ID: "set-maya-config", Tag: tag,
		Summary: "Store the business's own Maya account",
		Description: "While it is enabled, what is priced in pesos is paid at this account: the money goes to the business at once, " +
			"without the platform's fee and without entering the balance that can be withdrawn. The server registers its callbacks " +
			"at Maya by itself. Send the secret key only when it is new. What another account was asked to collect is settled there.",
		Errors: []*fault.Error{ErrOther, ErrUnknown},
	}, access.BillingWrite, func(ctx context.Context, who access.Staff, in *mayaByID) (*MayaAccount, error) {
		account, err := o.SetMaya(ctx, who, api.ID(in.TenantID), in.Body)
		return &account, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodDelete, Path: "/tenants/{tenant_id}/maya-config", ID: "disable-maya-config", Tag: tag,
		Summary:     "Disable the business's own Maya account",
		Description: "New payments do not go there any more. The stored account stays, to be enabled again.",
		Errors:      []*fault.Error{ErrOther, ErrUnknown, ErrNoMaya},
	}, access.BillingWrite, func(ctx context.Context, who access.Staff, in *Path) (*api.Message, error) {
		return api.NewMessage("Maya account disabled."), o.DisableMaya(ctx, who, api.ID(in.TenantID))
	})
}
