package webhooks

import (
	"context"
	"encoding/json"
	"strings"

	"reserva/internal/billing/paperid"
	"reserva/internal/billing/withdrawals"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
)

// takePayout takes a callback about a withdrawal of ours: it is stored once, and each
// time has the provider asked what became of the withdrawal, since a forged one may
// have come first. Other callbacks are not ours.
func (o *Operations) takePayout(ctx context.Context, tx *db.Tx, c callback, said paperid.Callback) (status string, ours bool, err error) {
	about := said.Kind == paperid.Disbursement || said.Kind == paperid.PaymentOut
	if !about || !strings.HasPrefix(said.RefID, "WD-") {
		return "", false, nil
	}
	found, ok, err := withdrawals.Find(ctx, tx, said.RefID)
	if err != nil || !ok || c.tenant != nil && *c.tenant != found.Tenant {
		return "", false, err
	}
	e := event{
		ID: id.NewAt(tx.Now()), Kind: string(said.Kind), Key: provider + "|" + said.Key(), Route: c.route, Tenant: &found.Tenant, Body: c.proof.body,
		Outcome: Accepted,
	}
	e.Headers, err = json.Marshal(map[string]string{
		"signature": c.proof.signature, "company_id": c.proof.company, "user_agent": c.who.Origin.UserAgent, "address": c.proof.from.String(),
	})
	if err != nil {
		return "", true, err
	}
	_, fresh, err := keepOnce(ctx, tx, e)
	if err != nil {
		return "", true, err
	}
	jobs.Publish(tx, found)
	if !fresh {
		return Duplicate, true, nil
	}
	return Accepted, true, nil
}
