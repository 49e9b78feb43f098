package app

import (
	"reserva/internal/billing/maya"
	"reserva/internal/billing/payments"
	"reserva/internal/business/tenants"
)

// ownAccount opens the account of a business at a payment provider.
func (a *App) ownAccount(c tenants.Credentials) (payments.Gateway, error) {
	if c.Provider == tenants.Maya {
		return a.ownMaya(c)
	}
	return a.ownPaper(c)
}

// ownMaya opens the account of a business at Maya.
func (a *App) ownMaya(c tenants.Credentials) (payments.Gateway, error) {
	config := maya.Config{BaseURL: maya.SandboxURL, PagesURL: maya.SandboxPages, PublicKey: c.ClientID, SecretKey: c.ClientSecret}
	if c.IsProduction {
		config.BaseURL, config.PagesURL = maya.ProductionURL, maya.ProductionPages
	}
	client, err := maya.New(config)
	if err != nil {
		return nil, err
	}
	return payments.NewMaya(client), nil
}
