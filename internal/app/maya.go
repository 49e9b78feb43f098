package app

import (
	"context"
	"crypto/rsa"
	"encoding/hex"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"reserva/internal/billing/maya"
	"reserva/internal/billing/maya/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/webhooks"
	"reserva/internal/business/tenants"
)

// mayaSimulator is where the simulated Maya is mounted: its payment pages are for
// browsers, so it is reached at the public URL, and from here at BaseURL.
const mayaSimulator = "/sim/maya"

// expireEvery is how often the simulated checkouts are looked through for those
// whose time is over.
const expireEvery = 30 * time.Second

// maya returns the client of the platform's Maya account: the one configured, or a
// simulated one, whose callbacks are signed. It is nil where there is neither.
func (a *App) maya() (*maya.Client, error) {
	account := &a.Config.Maya
	if !account.Configured() {
		if !a.Config.Simulators {
			return nil, nil
		}
		if err := a.simulateMaya(); err != nil {
			return nil, err
		}
	}
	return maya.New(maya.Config{BaseURL: account.URL, PagesURL: account.PagesURL, PublicKey: account.PublicKey, SecretKey: account.SecretKey})
}

// simulateMaya mounts the simulator and enters its account into the configuration.
// Its keys come from the server's, so that servers which share a database agree on
// them.
func (a *App) simulateMaya() error {
	account := &a.Config.Maya
	account.URL, account.PagesURL = a.BaseURL+mayaSimulator, a.Config.PublicURL+mayaSimulator
	account.PublicKey = "pk-simulator"
	account.SecretKey = "sk-" + hex.EncodeToString(a.Keys.MAC("maya simulator", "secret"))
	if a.DB == nil { // nothing is called, and nothing may be begun
		return nil
	}
	simulator, err := sim.New(context.Background(), sim.Config{
		Accounts:  []sim.Account{{PublicKey: account.PublicKey, SecretKey: account.SecretKey, Business: "Reserva"}},
		PublicURL: a.Config.PublicURL + mayaSimulator,
		Control:   !a.Config.Production,
		File:      filepath.Join(a.Config.Data, "maya-simulator.json"),
		Retries:   sim.Schedule(),
		Tick:      expireEvery,
		Clock:     a.Now,
		Log:       a.Log,
	})
	if err != nil {
		return err
	}
	a.mayaSimulator = simulator
	a.Mux.Handle(mayaSimulator+"/", http.StripPrefix(mayaSimulator, simulator))
	a.OnStop("save the simulated checkouts", simulator.Close)
	return nil
}

// ownAccount opens the account of a business at a payment provider.
func (a *App) ownAccount(c tenants.Credentials) (payments.Gateway, error) {
	if c.Provider != tenants.Maya {
		return a.ownPaper(c)
	}
	client, err := a.ownMaya(c)
	if err != nil {
		return nil, err
	}
	return payments.NewMaya(client), nil
}

// ownMaya opens the account of a business at Maya. Where the provider is simulated,
// so is the account: whatever its keys, it is there.
func (a *App) ownMaya(c tenants.Credentials) (*maya.Client, error) {
	config := maya.Config{BaseURL: maya.SandboxURL, PagesURL: maya.SandboxPages, PublicKey: c.ClientID, SecretKey: c.ClientSecret}
	switch {
	case a.mayaSimulator != nil:
		config.BaseURL, config.PagesURL = a.Config.Maya.URL, a.Config.Maya.PagesURL
		if c.ClientID != a.Config.Maya.PublicKey {
			a.mayaSimulator.SetAccount(sim.Account{PublicKey: c.ClientID, SecretKey: c.ClientSecret})
		}
	case c.IsProduction:
		config.BaseURL, config.PagesURL = maya.ProductionURL, maya.ProductionPages
	}
	return maya.New(config)
}

// mayaHooks is how callbacks of Maya are known, and whose are registered. The real
// one calls addresses of https only.
func (a *App) mayaHooks(platform *maya.Client) webhooks.MayaConfig {
	c := a.Config.Maya
	hooks := webhooks.MayaConfig{
		Signed: c.Signed, Networks: c.Networks,
		Accounts: webhooks.MayaAccounts{Platform: platform, Open: a.ownMaya, Keys: a.Keys},
	}
	if len(c.WebhookKeys) > 0 {
		hooks.Keys = func() ([]*rsa.PublicKey, error) { return c.WebhookKeys, nil }
	}
	switch {
	case a.mayaSimulator != nil:
		hooks.Accounts.BaseURL, hooks.Keys = a.BaseURL, a.mayaSimulator.PublicKeys
	case strings.HasPrefix(a.Config.PublicURL, "https://"):
		hooks.Accounts.BaseURL = a.Config.PublicURL
	default:
		a.Log.Warn("callbacks at Maya are not registered: the public URL is not https")
	}
	return hooks
}
