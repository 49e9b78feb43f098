package app

import (
	"context"
	"errors"
	"time"

	"reserva/internal/audit"
	"reserva/internal/billing/fees"
	"reserva/internal/billing/history"
	"reserva/internal/billing/invoices"
	"reserva/internal/billing/payments"
	"reserva/internal/billing/refunds"
	"reserva/internal/billing/visitfees"
	"reserva/internal/billing/webhooks"
	"reserva/internal/billing/withdrawals"
	"reserva/internal/business/auditlog"
	"reserva/internal/business/outlets"
	"reserva/internal/business/subscriptions"
	"reserva/internal/business/tenants"
	"reserva/internal/calendar/appointments"
	"reserva/internal/calendar/availability"
	"reserva/internal/calendar/staff"
	"reserva/internal/calendar/waitlist"
	"reserva/internal/catalog/resources"
	"reserva/internal/catalog/services"
	"reserva/internal/engage/feeds"
	"reserva/internal/engage/hooks"
	"reserva/internal/engage/notifications"
	"reserva/internal/guestapi"
	"reserva/internal/kit/id"
	"reserva/internal/kit/pdf"
	"reserva/internal/people/customers"
	"reserva/internal/people/keyring"
	"reserva/internal/people/logins"
	"reserva/internal/people/signin"
	"reserva/internal/people/users"
)

// features builds every feature in the order of imports, registers its endpoints
// and plugs in what an earlier one asks of a later one. It must not use the
// database: Describe has none.
func (a *App) features() error {
	gateway, err := a.gateway()
	if err != nil {
		return err
	}
	a.business()
	a.people(gateway)
	a.calendar()
	fonts := pdf.NewLibrary(a.Config.Fonts, true)
	if err := a.billing(gateway, fonts); err != nil {
		return err
	}
	notifications.New(a.DB, a.Config.PublicURL).Subscribe(a.Jobs)
	f := feeds.New(a.DB, a.Config.PublicURL)
	feeds.Register(a.API, f)
	feeds.RegisterPublic(a.API, f)
	h := hooks.New(a.DB, hooks.Config{Keys: a.Keys, Local: a.Config.WebhooksLocal})
	hooks.Register(a.API, h)
	hooks.Subscribe(a.Jobs, h)
	a.guests()
	return nil
}

// gateway is the platform's account at the payment provider, nil where there is
// none.
func (a *App) gateway() (*payments.Paper, error) {
	client, err := a.paper()
	if client == nil || err != nil {
		return nil, err
	}
	a.paperID = client
	return payments.NewPaper(client), nil
}

// withdrawals are paid out by the platform's account where that is wanted, else by
// the operator.
func (a *App) withdrawals() *withdrawals.Operations {
	terms := a.Config.Withdrawals
	config := withdrawals.Config{Minimum: int64(terms.Minimum), AvailableAfter: terms.AvailableAfter, Keys: a.Keys, Log: a.Log}
	if terms.AvailableAfter == 0 {
		config.AvailableAfter = -1 // at once
	}
	if a.paperID != nil && !terms.Manual {
		config.Payouts = withdrawals.NewPaper(a.paperID)
	}
	o := withdrawals.New(a.DB, config)
	withdrawals.Register(a.API, o)
	withdrawals.Subscribe(a.Jobs, o)
	return o
}

func (a *App) business() {
	audit.Subscribe(a.Jobs, audit.NewSealer(a.DB))
	auditlog.Register(a.API, auditlog.New(a.DB))
	t := tenants.New(a.DB, tenants.Config{
		Keys: a.Keys, Plans: subscriptions.Terms{}, PublicURL: a.Config.PublicURL, CallbackToken: a.Config.Paper.WebhookToken,
		Connect: func(ctx context.Context, tenant id.ID, provider string, account id.ID) {
			a.webhooks.Connect(ctx, tenant, provider, account)
		},
	})
	tenants.Subscribe(a.Jobs, t)
	tenants.Register(a.API, t)
	tenants.RegisterPublic(a.API, t)
	a.Plans = subscriptions.New(a.DB, a.Jobs)
	subscriptions.Register(a.API, a.Plans)
	o := outlets.New(a.DB)
	outlets.Register(a.API, o)
	outlets.RegisterPublic(a.API, o)
	outlets.RegisterCustomer(a.API, o)
	a.Router = outlets.NewRouter(a.DB)
}

func (a *App) people(gateway *payments.Paper) {
	a.ring = keyring.New(a.DB, a.Keys, a.Tokens, a.Log)
	keyring.Mount(a.Mux, a.Tokens)
	a.Jobs.Every("keys.turn", time.Hour, a.ring.Turn)
	config := users.Config{Tokens: a.Tokens, Hasher: a.Hasher, Log: a.Log}
	if gateway != nil {
		config.Gateway = gateway
	}
	u := users.New(a.DB, a.Jobs, config)
	users.Register(a.API, u)
	users.RegisterPublic(a.API, u)
	a.Staff = users.NewAuthenticator(a.DB, a.Tokens)
	c := customers.New(a.DB, a.Keys, a.Tokens, a.Hasher)
	customers.Register(a.API, c)
	customers.RegisterCustomer(a.API, c)
	customers.RegisterPublic(a.API, c)
	a.Customers = c
	a.Jobs.Every("people.tidy", time.Hour, func(ctx context.Context) error {
		return errors.Join(logins.Tidy(ctx, a.DB), signin.Tidy(ctx, a.DB), c.TidyCodes(ctx), u.TidyResets(ctx))
	})
}

// calendar builds the catalogue as well: services ask staff who gives them.
func (a *App) calendar() {
	available := availability.New(a.DB)
	members := staff.New(a.DB, available)
	offered := services.New(a.DB, a.Router, services.Links{Staff: members})
	services.Register(a.API, offered)
	services.RegisterPublic(a.API, offered)
	services.RegisterCustomer(a.API, offered)
	resources.Register(a.API, resources.New(a.DB))
	staff.Register(a.API, members)
	staff.RegisterPublic(a.API, members, a.Router)
	availability.RegisterEntries(a.API, available)
	availability.RegisterGrid(a.API, available, a.Router)
	a.Appointments = appointments.New(a.DB)
	appointments.Register(a.API, a.Appointments)
	appointments.RegisterCustomer(a.API, a.Appointments)
	appointments.Subscribe(a.Jobs, a.Appointments)
	w := waitlist.New(a.DB, a.Appointments)
	waitlist.Register(a.API, w)
	waitlist.RegisterCustomer(a.API, w)
	waitlist.Subscribe(a.Jobs, w)
	waitlist.MountPage(a.Mux, w, a.Log)
}

func (a *App) billing(gateway *payments.Paper, fonts *pdf.Library) error {
	client, err := a.maya()
	if err != nil {
		return err
	}
	i := invoices.NewOperations(a.DB, fonts)
	invoices.Register(a.API, i)
	invoices.Subscribe(a.Jobs, i)
	config := payments.Config{Log: a.Log, Own: a.ownAccount, Keys: a.Keys, ReturnURL: a.Config.PublicURL + payments.ReturnPath}
	if gateway != nil {
		config.Gateway = gateway
	}
	if client != nil {
		config.Maya = payments.NewMaya(client)
	}
	p := payments.New(a.DB, config)
	a.payments = p
	payments.Register(a.API, p)
	payments.RegisterCustomer(a.API, p)
	payments.RegisterInvoices(a.API, p, i)
	h := history.New(a.DB)
	history.Register(a.API, h)
	history.Subscribe(a.Jobs, h)
	payments.Subscribe(a.Jobs, p)
	payments.MountPages(a.Mux, p, a.Log)
	a.Appointments.OnLook(p.LookSoon)
	r := refunds.New(a.DB, p, a.Log)
	refunds.Register(a.API, r)
	refunds.RegisterCustomer(a.API, r)
	refunds.Subscribe(a.Jobs, r)
	v := visitfees.New(a.DB)
	visitfees.Register(a.API, v)
	visitfees.RegisterCustomer(a.API, v)
	visitfees.Subscribe(a.Jobs, v)
	paper := a.Config.Paper
	w := webhooks.New(a.DB, p, webhooks.Config{
		Secret: paper.WebhookSecret, Token: paper.WebhookToken, CompanyID: paper.CompanyID, Networks: paper.Networks,
		Maya: a.mayaHooks(client), Payouts: a.withdrawals(),
	}, a.Log)
	a.webhooks = w
	webhooks.Register(a.API, w)
	webhooks.RegisterPlatform(a.API, w)
	webhooks.Subscribe(a.Jobs, w)
	fees.Register(a.API, fees.New(a.DB))
	return nil
}

func (a *App) guests() {
	c := a.Config.Guest
	g := guestapi.New(a.DB, a.Appointments, availability.New(a.DB), a.Hasher, guestapi.Config{
		Domain: c.Domain, Link: c.Link, VerifyTTL: c.VerifyTTL,
		CreatesMinute: c.CreatesMinute, VerifyMinute: c.VerifyMinute, MaxUnverified: c.MaxUnverified,
		Maya: a.payments,
	})
	guestapi.Register(a.API, g)
	guestapi.MountPage(a.Mux, g, a.Log)
}
