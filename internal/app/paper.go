package app

import (
	"context"
	"encoding/hex"
	"net/http"
	neturl "net/url"
	"path/filepath"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/paperid/sim"
	"reserva/internal/billing/payments"
	"reserva/internal/business/tenants"
)

// paperSimulator is where the simulated Paper.id is mounted: its payment pages are
// for browsers, so it is reached at the public URL, and from here at BaseURL.
const paperSimulator = "/sim/paper-id"

// paper returns the client of the platform's Paper.id account: the one configured,
// or a simulated one, whose callbacks are signed. It is nil where there is neither.
func (a *App) paper() (*paperid.Client, error) {
	account := &a.Config.Paper
	if !account.Configured() {
		if !a.Config.Simulators {
			return nil, nil
		}
		if err := a.simulatePaper(); err != nil {
			return nil, err
		}
	}
	return paperid.New(paperid.Config{
		BaseURL: account.URL, ClientID: account.ClientID, ClientSecret: account.ClientSecret,
	})
}

// simulatePaper mounts the simulator and enters its account into the
// configuration. Its secrets come from the server's keys, so that servers which
// share a database agree on them.
func (a *App) simulatePaper() error {
	account := &a.Config.Paper
	account.URL = a.BaseURL + paperSimulator
	account.ClientID, account.ClientSecret = "simulator", hex.EncodeToString(a.Keys.MAC("paper simulator", "client"))
	if account.WebhookSecret == "" {
		account.WebhookSecret = hex.EncodeToString(a.Keys.MAC("paper simulator", "webhook"))
	}
	if a.DB == nil { // nothing is called, and nothing may be begun
		return nil
	}
	hook := func(name string) string {
		url := a.BaseURL + "/api/v1/webhooks/" + name
		if account.WebhookToken != "" {
			url += "?token=" + neturl.QueryEscape(account.WebhookToken)
		}
		return url
	}
	simulator, err := sim.New(context.Background(), sim.Config{
		Accounts: []sim.Account{{
			ClientID: account.ClientID, ClientSecret: account.ClientSecret, CompanyID: account.CompanyID,
			WebhookSecret: account.WebhookSecret,
			Callbacks: sim.Callbacks{
				PaymentIn: hook("paper-id"), InvoicePaid: hook("paper-id-invoice"),
				PaymentOut: hook("paper-id-withdrawal"), Disbursement: hook("paper-id-withdrawal"),
			},
		}},
		PublicURL: a.Config.PublicURL + paperSimulator,
		Control:   !a.Config.Production,
		File:      filepath.Join(a.Config.Data, "paper-simulator.json"),
		Retries:   sim.ProductionRetries(),
		Clock:     a.Now,
		Log:       a.Log,
	})
	if err != nil {
		return err
	}
	a.simulator = simulator
	a.Mux.Handle(paperSimulator+"/", http.StripPrefix(paperSimulator, simulator))
	a.OnStop("save the simulated payments", simulator.Close)
	return nil
}

// ownPaper opens the account of a business at the provider. Where the provider is
// simulated, so is the account: whatever its credentials, it is there, and calls
// back as its dashboard would be told to.
func (a *App) ownPaper(c tenants.Credentials) (payments.Gateway, error) {
	url := paperid.StagingURL
	switch {
	case a.simulator != nil:
		url = a.Config.Paper.URL
		if c.ClientID != a.Config.Paper.ClientID {
			a.simulator.SetAccount(sim.Account{
				ClientID: c.ClientID, ClientSecret: c.ClientSecret,
				Callbacks: sim.ToOne(a.BaseURL + tenants.PaperWebhook(c.Tenant, a.Config.Paper.WebhookToken)),
			})
		}
	case c.IsProduction:
		url = paperid.ProductionURL
	}
	client, err := paperid.New(paperid.Config{BaseURL: url, ClientID: c.ClientID, ClientSecret: c.ClientSecret})
	if err != nil {
		return nil, err
	}
	return payments.NewPaper(client), nil
}
