package webhooks

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"reserva/internal/billing/maya"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/token"
)

// MayaAccounts are the accounts whose callbacks the server registers.
type MayaAccounts struct {
	// BaseURL is where Maya reaches this server, scheme and host. The real one wants https.
	BaseURL string
	// Platform is the platform's account; nil where there is none.
	Platform *maya.Client
	// Open opens the account of a business; nil where there are none.
	Open func(tenants.Credentials) (*maya.Client, error)
	// Keys open the secrets of those accounts.
	Keys *token.Keys
}

// mayaWebhook is the path for the platform's account.
const mayaWebhook = "/api/v1/maya/webhook"

// accountsPage is how many accounts are looked up at once.
const accountsPage = 100

// RegisterAtMaya has the callbacks of every account in use sent to this server: those of
// the platform's at once, and those of the businesses' by a job each, since there may be
// many, and one that cannot be reached is not to keep the others from it.
func (o *Operations) RegisterAtMaya(ctx context.Context) error {
	accounts := o.config.Maya.Accounts
	if accounts.BaseURL == "" {
		return nil
	}
	var failed error
	if accounts.Platform != nil {
		failed = o.registerAt(ctx, accounts.Platform, mayaWebhook)
	}
	last := id.ID("")
	for {
		var rows []mayaAccount
		err := o.db.PlatformView(ctx, "accounts at Maya whose callbacks are registered", func(tx *db.Tx) (err error) {
			rows, err = db.All[mayaAccount](ctx, tx, `
				SELECT tenant_id, id
				FROM tenant_gateways
				WHERE provider = 'maya' AND enabled AND retired_at IS NULL AND id > $1
				ORDER BY id
				LIMIT $2`, last, accountsPage)
			return err
		})
		for _, r := range rows {
			failed = errors.Join(failed, o.connectSoon(ctx, r.Tenant, r.ID))
			last = r.ID
		}
		if err != nil || len(rows) < accountsPage || ctx.Err() != nil {
			return errors.Join(failed, err)
		}
	}
}

// connectSoon writes the job that a stored account leaves as well.
func (o *Operations) connectSoon(ctx context.Context, tenant, account id.ID) error {
	return o.db.Update(ctx, tenant, func(tx *db.Tx) error {
		jobs.Publish(tx, tenants.GatewaySetEvent{GatewayID: account, Provider: tenants.Maya})
		return nil
	})
}

type mayaAccount struct {
	Tenant id.ID `db:"tenant_id"`
	ID     id.ID `db:"id"`
}

// Connect has the callbacks of an account that was just stored sent here. The job
// that its storing left does so again, and makes up for what fails here.
func (o *Operations) Connect(ctx context.Context, tenant id.ID, provider string, account id.ID) {
	if err := o.connect(ctx, tenant, provider, account); err != nil {
		o.log.WarnContext(ctx, "callbacks at Maya not registered yet", "tenant", tenant, "error", err)
	}
}

func (o *Operations) connect(ctx context.Context, tenant id.ID, provider string, account id.ID) error {
	if provider != tenants.Maya {
		return nil
	}
	return o.registerOwn(ctx, tenant, account)
}

// registerOwn has the callbacks of a business's own account sent here.
func (o *Operations) registerOwn(ctx context.Context, tenant, account id.ID) error {
	accounts := o.config.Maya.Accounts
	if accounts.Open == nil || accounts.BaseURL == "" {
		return nil
	}
	var credentials tenants.Credentials
	err := o.db.View(ctx, tenant, func(tx *db.Tx) (err error) {
		credentials, err = tenants.OpenGateway(ctx, tx, accounts.Keys, account)
		return err
	})
	if err != nil {
		return err
	}
	client, err := accounts.Open(credentials)
	if err != nil {
		return err
	}
	return o.registerAt(ctx, client, tenants.MayaWebhook(tenant))
}

// registerAt creates the registrations that are missing, and changes those of ours
// that lead to where the server was before. An account has one for each event, and
// the business may need it for something else: what leads elsewhere is left alone,
// and the poll makes up for the callbacks.
func (o *Operations) registerAt(ctx context.Context, client *maya.Client, path string) error {
	there, err := client.ListWebhooks(ctx)
	if err != nil {
		return err
	}
	byName := map[string]maya.Webhook{}
	for _, w := range there {
		byName[w.Name] = w
	}
	target := o.config.Maya.Accounts.BaseURL + path
	var failed error
	for _, name := range maya.Events() {
		known, taken := byName[name]
		switch {
		case !taken:
			_, err = client.CreateWebhook(ctx, name, target)
		case known.CallbackURL == target:
			continue
		case ours(known.CallbackURL, path):
			known.CallbackURL = target
			_, err = client.UpdateWebhook(ctx, known)
		default:
			o.log.WarnContext(ctx, "callbacks at Maya go elsewhere", "event", name, "path", path)
			continue
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// ours tells whether an address is the path on some server: this one, at the address
// that it had before.
func ours(address, path string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.TrimRight(u.Path, "/") == path
}
