package customers

import (
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// selection are the claims of a selection token: the customer of each business
// whose password was right.
type selection struct {
	token.Claims
	Accounts map[id.ID]proven `json:"accounts"`
}

// offer asks for one of several businesses.
func (o *Operations) offer(found []candidate) (SignedIn, error) {
	c := selection{Claims: o.tokens.Claims(selectionAudience, "", selectionLife), Accounts: map[id.ID]proven{}}
	c.ID = string(id.New())
	organizations := []TenantChoice{}
	for _, one := range found {
		c.Accounts[one.TenantID] = one.proven()
		organizations = append(organizations, TenantChoice{TenantID: one.TenantID, Slug: one.Slug, Name: one.Tenant})
	}
	signed, err := o.tokens.Sign(c)
	if err != nil {
		return SignedIn{}, err
	}
	return SignedIn{RequiresTenantSelection: true, SelectionToken: signed, Organizations: organizations}, nil
}
