package customers

import (
	"context"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/jobs"
	"reserva/internal/kit/opt"
	"reserva/internal/people/logins"
)

// Changes are what staff may change of a customer; what is absent stays.
type Changes struct {
	ProfileChanges
	Email    opt.Field[string]   `json:"email,omitzero" maxLength:"254" example:"amelia.hart@example.com" doc:"A new address is not verified."`
	Address  opt.Field[Address]  `json:"address,omitzero"`
	Notes    opt.Field[string]   `json:"notes,omitzero" maxLength:"500"`
	Tags     opt.Field[[]string] `json:"tags,omitzero" maxItems:"50"`
	IsActive opt.Field[bool]     `json:"is_active,omitzero" doc:"false signs the customer out everywhere."`
	TenantID id.ID               `json:"tenant_id,omitempty" doc:"May be left out; otherwise the caller's."`
}

// Change changes a customer. It fails with tenants.ErrOther, ErrUnknown,
// ErrEmailTaken, ErrPhoneTaken and ErrPreference.
func (o *Operations) Change(ctx context.Context, who access.Staff, customer id.ID, in Changes) (Customer, error) {
	return o.change(ctx, who, customer, in, "preferences.")
}

// change is Change; preferences is where those stand in the body.
func (o *Operations) change(ctx context.Context, who access.Staff, customer id.ID, in Changes, preferences string) (Customer, error) {
	if in.TenantID != "" && in.TenantID != who.Tenant {
		return Customer{}, tenants.ErrOther
	}
	var out Customer
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		b := queueBusiness(tx)
		old, err := lock(ctx, tx, customer)
		if err != nil {
			return err
		}
		r := old
		if err := in.check(&r, b.Value.region(), civil.Of(tx.Now(), zone(b.Value.Timezone)), preferences); err != nil {
			return err
		}
		if in.Preferences.namesRows() {
			if err := r.Preferences.checkExist(ctx, tx); err != nil {
				return err
			}
		}
		store(tx, r)
		if !same(old.Email, r.Email) {
			forgetPending(tx, customer)
		}
		if old.IsActive && !r.IsActive {
			logins.RevokeAll(tx, logins.Customer, customer, "")
		}
		recordChanged(tx, who, "customer.updated", old, r)
		found, err := load(ctx, tx, customer)
		out = found.customer(who.Tenant)
		return err
	})
	return out, taken(err)
}

// ChangePreferencesOf changes a customer's preferences. It fails with ErrUnknown
// and ErrPreference.
func (o *Operations) ChangePreferencesOf(ctx context.Context, who access.Staff, customer id.ID, in PreferencesChanges) (Preferences, error) {
	out, err := o.change(ctx, who, customer, Changes{ProfileChanges: ProfileChanges{Preferences: in}}, "")
	return out.Preferences, err
}

func (in Changes) check(r *row, region string, today civil.Date, preferences string) error {
	var c checks
	if in.Email.Set {
		if email := c.email("email", in.Email.Value); !same(r.Email, email) {
			r.Email, r.EmailVerified = email, false
		}
	}
	in.ProfileChanges.apply(&c, r, region, today, preferences)
	if r.Email == nil && r.Phone == nil && c.err() == nil {
		c.refuse("email", "A customer needs an e-mail address or a phone number.", "value_error")
	}
	if in.Address.Set {
		r.Address = in.Address.Value.checked(&c)
	}
	if in.Notes.Set {
		r.Notes = c.notes("notes", in.Notes.Value)
	}
	if in.Tags.Set {
		r.Tags = c.tags("tags", in.Tags.Value)
	}
	if active, ok := in.IsActive.Get(); ok {
		r.IsActive = active
	}
	return c.err()
}

// forgetPending drops a password that waits for the proof of another address.
func forgetPending(tx *db.Tx, customer id.ID) {
	tx.Exec(`UPDATE customers SET pending_password = NULL WHERE tenant_id = $1 AND id = $2`, tx.Tenant(), customer)
}

// Remove hides a customer and signs them out; appointments and payments stay. The
// address and the number are free for somebody else from now on. It fails with
// ErrUnknown.
func (o *Operations) Remove(ctx context.Context, who access.Staff, customer id.ID) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		old, err := lock(ctx, tx, customer)
		if err != nil {
			return err
		}
		tx.Exec(`
			UPDATE customers
			SET deleted_at = $3, is_active = false, former_email = email, former_phone = phone, email = NULL, phone = NULL,
			    pending_password = NULL, updated_at = $3, version = version + 1
			WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NULL`, tx.Tenant(), customer, tx.Now())
		logins.RevokeAll(tx, logins.Customer, customer, "")
		audit.Record(tx, who, "customer.removed", "customer", customer, old.facts(), nil)
		jobs.Publish(tx, RemovedEvent{CustomerID: customer, At: tx.Now()})
		return nil
	})
}
