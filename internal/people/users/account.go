package users

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/people/logins"
)

// Remove takes a user away from the caller's tenant, and ends the sessions there.
// What names the user stays. It fails as edit does, and with ErrLastAdmin.
func (o *Operations) Remove(ctx context.Context, who access.Staff, user id.ID) error {
	_, err := o.edit(ctx, who, user, "user.removed", func(e *edit) error {
		e.new.Removed, e.new.Active = true, false
		return e.present()
	})
	return err
}

// Restore brings a removed user back, active, with role and outlets as they were.
// It fails as edit does, and with ErrNotRemoved, ErrUserEmail and
// subscriptions.ErrStaffUserLimit.
func (o *Operations) Restore(ctx context.Context, who access.Staff, user id.ID) (User, error) {
	return o.edit(ctx, who, user, "user.restored", func(e *edit) error {
		if !e.old.Removed {
			return ErrNotRemoved
		}
		e.new.Removed, e.new.Active = false, true
		return nil
	})
}

// SetActive lets a user sign in to the caller's tenant, or no longer: then the
// sessions there end at once. It fails as edit does, and with ErrLastAdmin.
func (o *Operations) SetActive(ctx context.Context, who access.Staff, user id.ID, active bool) (User, error) {
	action := "user.deactivated"
	if active {
		action = "user.activated"
	}
	return o.edit(ctx, who, user, action, func(e *edit) error {
		e.new.Active = active
		return e.present()
	})
}

// SetOutlets says where a user works. It fails as edit does, and with
// outlets.ErrNotFound and subscriptions.ErrStaffUserLimit.
func (o *Operations) SetOutlets(ctx context.Context, who access.Staff, user id.ID, outlets []id.ID) (User, error) {
	return o.moveTo(ctx, who, user, func([]id.ID) []id.ID { return unique(outlets) })
}

// AddOutlet lets a user work at one more outlet. It fails as SetOutlets does.
func (o *Operations) AddOutlet(ctx context.Context, who access.Staff, user, outlet id.ID) (User, error) {
	return o.moveTo(ctx, who, user, func(old []id.ID) []id.ID { return unique(append(slices.Clone(old), outlet)) })
}

// RemoveOutlet takes a user away from an outlet. It fails as edit does, and with
// outlets.ErrNotFound where the user does not work, whether or not there is such an
// outlet.
func (o *Operations) RemoveOutlet(ctx context.Context, who access.Staff, user, outlet id.ID) (User, error) {
	return o.edit(ctx, who, user, "user.outlets_changed", func(e *edit) error {
		if err := e.present(); err != nil {
			return err
		}
		if !slices.Contains(e.outlets, outlet) {
			return outlets.ErrNotFound
		}
		e.outlets = without(e.outlets, []id.ID{outlet})
		return nil
	})
}

func (o *Operations) moveTo(ctx context.Context, who access.Staff, user id.ID, outlets func(old []id.ID) []id.ID) (User, error) {
	return o.edit(ctx, who, user, "user.outlets_changed", func(e *edit) error {
		e.outlets = outlets(e.outlets)
		return e.present()
	})
}

// ResetPasswordOf gives a user a temporary password, returned this once, that must be
// changed at the next sign-in, and ends all sessions. It fails as edit does, and with
// ErrShared.
func (o *Operations) ResetPasswordOf(ctx context.Context, who access.Staff, user id.ID, notify bool) (string, error) {
	return o.reissue(ctx, who, user, "user.password_reset", func(tx *db.Tx, _ *edit, l letter) error {
		if notify {
			l.reset(tx)
		}
		return nil
	})
}

// ResendWelcome sends the welcome mail again, with a new temporary password. It
// fails as ResetPasswordOf does, and with ErrWelcomed.
func (o *Operations) ResendWelcome(ctx context.Context, who access.Staff, user id.ID) error {
	_, err := o.reissue(ctx, who, user, "user.welcomed", func(tx *db.Tx, e *edit, l letter) error {
		if e.old.LastLogin != nil {
			return ErrWelcomed
		}
		l.welcome(tx)
		return nil
	})
	return err
}

// reissue replaces a user's password by a temporary one and tells of it.
func (o *Operations) reissue(ctx context.Context, who access.Staff, user id.ID, action string,
	tell func(*db.Tx, *edit, letter) error,
) (string, error) {
	password, err := TemporaryPassword()
	if err != nil {
		return "", err
	}
	hash, err := o.hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	return password, o.db.Platform(ctx, "replace a staff user's password", func(tx *db.Tx) error {
		name := queueTenantName(tx, who.Tenant)
		e, err := beginEdit(ctx, tx, who, user)
		if err != nil {
			return err
		}
		if err := e.present(); err != nil {
			return err
		}
		if err := e.sole(); err != nil {
			return err
		}
		l := letter{Business: name.Value.Name, Slug: name.Value.Slug, To: e.old.Email, Password: password}
		if err := tell(tx, e, l); err != nil {
			return err
		}
		setTemporaryPassword(tx, user, hash)
		logins.RevokeUser(tx, user)
		audit.RecordIn(tx, who.Tenant, who, action, "user", user, nil, nil)
		return nil
	})
}
