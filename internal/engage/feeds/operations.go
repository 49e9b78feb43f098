package feeds

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/calendar/staff"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// Operations are what may be done with feeds.
type Operations struct {
	db  *db.DB
	url string
}

// New makes the operations on a database. publicURL is where clients reach the server.
func New(d *db.DB, publicURL string) *Operations {
	return &Operations{db: d, url: publicURL + "/api/v1/calendar/"}
}

// create makes a feed and its address. It fails with ErrExists and what reach fails
// with.
func (o *Operations) create(ctx context.Context, who access.Staff, of owner) (Issued, error) {
	var out Issued
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if err := reach(ctx, tx, who, of); err != nil {
			return err
		}
		secret := token.NewSecret()
		feed := id.NewAt(tx.Now())
		insert(tx, feed, of, issuer(who), token.HashSecret(secret))
		return o.issue(ctx, tx, who, "calendar_feed.created", of, nil, secret, &out)
	})
	if db.IsConflict(err, "calendar_feeds_staff", "calendar_feeds_outlet") {
		return Issued{}, ErrExists
	}
	return out, err
}

// show reads a feed, without its address. It fails with ErrNotFound and what reach
// fails with.
func (o *Operations) show(ctx context.Context, who access.Staff, of owner) (Feed, error) {
	var out Feed
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) (err error) {
		if err = reach(ctx, tx, who, of); err == nil {
			out, err = find(ctx, tx, of)
		}
		return err
	})
	return out, err
}

// rotate gives a feed a new address; the old one ends. It fails with ErrNotFound and
// what reach fails with.
func (o *Operations) rotate(ctx context.Context, who access.Staff, of owner) (Issued, error) {
	var out Issued
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if err := reach(ctx, tx, who, of); err != nil {
			return err
		}
		old, err := lock(ctx, tx, of)
		if err != nil {
			return err
		}
		secret := token.NewSecret()
		replace(tx, old.ID, issuer(who), token.HashSecret(secret))
		return o.issue(ctx, tx, who, "calendar_feed.rotated", of, old, secret, &out)
	})
	return out, err
}

// issue records that a feed has a new address, and tells it.
func (o *Operations) issue(ctx context.Context, tx *db.Tx, who access.Staff, action string, of owner, old any, secret string, out *Issued) error {
	feed, err := find(ctx, tx, of)
	if err != nil {
		return err
	}
	audit.Record(tx, who, action, "calendar_feed", feed.ID, old, feed)
	*out = Issued{Feed: feed, URL: o.url + address(tx.Tenant(), secret)}
	return nil
}

// revoke ends a feed. It fails with ErrNotFound and what reach fails with.
func (o *Operations) revoke(ctx context.Context, who access.Staff, of owner) error {
	return o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		if err := reach(ctx, tx, who, of); err != nil {
			return err
		}
		old, err := lock(ctx, tx, of)
		if err != nil {
			return err
		}
		remove(tx, old.ID)
		audit.Record(tx, who, "calendar_feed.revoked", "calendar_feed", old.ID, old, nil)
		return nil
	})
}

// issuer is whose rights an address depends on. The platform's administrators are no
// members of the business.
func issuer(who access.Staff) *id.ID {
	if who.Role == access.SuperAdmin {
		return nil
	}
	return &who.UserID
}

// reach tells whether who may have the diary as a calendar: staff members their own,
// managers those of their outlets. It fails with outlets.ErrNotFound,
// outlets.ErrOutOfScope, staff.ErrNotFound, staff.ErrManagers.
func reach(ctx context.Context, tx *db.Tx, who access.Staff, of owner) error {
	if of.isOutlet {
		there, err := outletIsThere(ctx, tx, of.id)
		switch {
		case err != nil:
			return err
		case !there:
			return outlets.ErrNotFound
		case !who.CanOutlet(of.id):
			return outlets.ErrOutOfScope
		}
		return nil
	}
	m, found, err := findMember(ctx, tx, of.id)
	switch {
	case err != nil:
		return err
	case !found:
		return staff.ErrNotFound
	case m.UserID != nil && *m.UserID == who.UserID:
		return nil
	case !who.Meets(access.StaffWrite):
		return staff.ErrManagers
	case slices.ContainsFunc(m.Outlets, func(outlet id.ID) bool { return !who.CanOutlet(outlet) }):
		return outlets.ErrOutOfScope
	}
	return nil
}
