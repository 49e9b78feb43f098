package hooks

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/audit"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
)

// create registers an endpoint and makes its secret. The tenant listens from then on.
// It fails with ErrPlan, ErrLimit and on what the input is refused for.
func (o *Operations) create(ctx context.Context, who access.Staff, in Input) (Issued, error) {
	e := Endpoint{URL: in.URL, IsActive: true}
	err := checkURL(in.URL, o.local)
	if err == nil {
		e.EventTypes, err = checkTypes(in.EventTypes)
	}
	if err == nil {
		e.Description, err = checkDescription(in.Description)
	}
	if err != nil {
		return Issued{}, err
	}
	secret := newSecret()
	err = o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if err := entitled(ctx, tx); err != nil {
			return err
		}
		// The tenant's row keeps two from adding the eleventh at once.
		tx.Listen(listener)
		tx.Exec(`SELECT 1 FROM job_listeners WHERE tenant_id = $1 AND subscriber = $2 FOR UPDATE`, tx.Tenant(), listener)
		there, err := db.One[int](ctx, tx, `SELECT count(*) FROM hook_endpoints WHERE tenant_id = $1`, tx.Tenant())
		if err != nil {
			return err
		}
		if there >= maxEndpoints {
			return ErrLimit
		}
		e.ID, e.CreatedAt, e.UpdatedAt = id.NewAt(tx.Now()), tx.Now(), tx.Now()
		insertEndpoint(tx, e, o.keys.Seal(sealedFor(tx.Tenant(), e.ID), []byte(secret)))
		now := auditOf(e)
		now.NewSecret = true
		audit.Record(tx, who, "webhook_endpoint.created", "webhook_endpoint", e.ID, nil, now)
		return nil
	})
	if err != nil {
		return Issued{}, err
	}
	return Issued{Endpoint: e, Secret: secret}, nil
}

// list reads all endpoints, the oldest first.
func (o *Operations) list(ctx context.Context, who access.Staff, page api.Page) (*api.List[Endpoint], error) {
	var out *api.List[Endpoint]
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		total := db.QueueOne[int](tx, `SELECT count(*) FROM hook_endpoints WHERE tenant_id = $1`, tx.Tenant())
		rows, err := db.All[Endpoint](ctx, tx, `
			SELECT `+endpointColumns+`
			FROM hook_endpoints
			WHERE tenant_id = $1
			ORDER BY created_at, id
			LIMIT $2 OFFSET $3`, tx.Tenant(), page.Limit(), page.Offset())
		for i := range rows {
			rows[i] = rows[i].inUTC()
		}
		out = api.NewList(rows, total.Value, page)
		return err
	})
	return out, err
}

// get reads an endpoint, without its secret. It fails with ErrNotFound.
func (o *Operations) get(ctx context.Context, who access.Staff, endpoint id.ID) (Endpoint, error) {
	var out Endpoint
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		out, err = findEndpoint(ctx, tx, endpoint)
		return err
	})
	return out, err
}

// change changes an endpoint. It fails with ErrNotFound, on what the input is refused
// for, and with ErrPlan where it would be active.
func (o *Operations) change(ctx context.Context, who access.Staff, endpoint id.ID, in Change) (Endpoint, error) {
	var out Endpoint
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, err := lockEndpoint(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		next, err := o.apply(old, in)
		if err != nil {
			return err
		}
		anew := next.IsActive && !old.IsActive
		if next.IsActive {
			if err := entitled(ctx, tx); err != nil {
				return err
			}
			tx.Listen(listener)
		}
		if anew {
			next.Failures, next.FailingSince, next.DisabledAt = 0, nil, nil
		}
		next.UpdatedAt = tx.Now()
		updateEndpoint(tx, next, anew)
		if !next.IsActive {
			dropWaiting(tx, endpoint)
		}
		audit.Record(tx, who, "webhook_endpoint.updated", "webhook_endpoint", endpoint, auditOf(old), auditOf(next))
		out = next
		return nil
	})
	return out, err
}

// apply returns the endpoint with the changes.
func (o *Operations) apply(e Endpoint, in Change) (Endpoint, error) {
	in.IsActive.Apply(&e.IsActive)
	if url, ok := in.URL.Get(); ok {
		if err := checkURL(url, o.local); err != nil {
			return e, err
		}
		e.URL = url
	}
	if types, ok := in.EventTypes.Get(); ok {
		checked, err := checkTypes(types)
		if err != nil {
			return e, err
		}
		e.EventTypes = checked
	}
	if raw, ok := in.Description.Get(); ok {
		description, err := checkDescription(raw)
		if err != nil {
			return e, err
		}
		e.Description = description
	}
	return e, nil
}

// rotate gives an endpoint a new secret. The old one signs beside it for a day. It fails
// with ErrNotFound and ErrPlan.
func (o *Operations) rotate(ctx context.Context, who access.Staff, endpoint id.ID) (Issued, error) {
	out := Issued{Secret: newSecret()}
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if _, err := lockEndpoint(ctx, tx, endpoint); err != nil {
			return err
		}
		if err := entitled(ctx, tx); err != nil {
			return err
		}
		replaceSecret(tx, endpoint, o.keys.Seal(sealedFor(tx.Tenant(), endpoint), []byte(out.Secret)))
		next, err := findEndpoint(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		now := auditOf(next)
		now.NewSecret = true
		audit.Record(tx, who, "webhook_endpoint.secret_rotated", "webhook_endpoint", endpoint, auditOf(next), now)
		out.Endpoint = next
		return nil
	})
	if err != nil {
		return Issued{}, err
	}
	return out, nil
}

// remove deletes an endpoint with all that was or waits to be sent there. It fails with
// ErrNotFound.
func (o *Operations) remove(ctx context.Context, who access.Staff, endpoint id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, err := lockEndpoint(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		tx.Exec(`
			DELETE FROM hook_endpoints
			WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), endpoint)
		audit.Record(tx, who, "webhook_endpoint.removed", "webhook_endpoint", endpoint, auditOf(old), nil)
		return nil
	})
}
