package staff

import (
	"context"
	"slices"

	"reserva/internal/access"
	"reserva/internal/audit"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
	"reserva/internal/kit/opt"
)

// SkillsInput replaces all of a staff member's skills.
type SkillsInput struct {
	ServiceIDs      []id.ID      `json:"service_ids,omitempty" maxItems:"500" example:"[\"65f1e2a0c3b4d5e6f7a8b9c0\"]" doc:"The services that the member can be booked for; needed where services is absent."`
	Services        []SkillInput `json:"services,omitempty" maxItems:"500" doc:"The same, with what the member takes for each."`
	Specialties     []string     `json:"specialties,omitempty" maxItems:"50"`
	Certifications  []string     `json:"certifications,omitempty" maxItems:"50"`
	YearsExperience int          `json:"years_experience,omitempty" minimum:"0" maximum:"80" example:"7"`
}

// SetSkills replaces what a staff member can be booked for. It fails with
// ErrNotFound, outlets.ErrOutOfScope, ErrManagers and ErrUnknownService.
func (o *Operations) SetSkills(ctx context.Context, who access.Staff, member id.ID, in SkillsInput) (Member, error) {
	if in.ServiceIDs == nil && in.Services == nil {
		return Member{}, fault.ErrInvalid.WithField("service_ids", "Is needed where services is absent.", "missing")
	}
	all := SkillsChange{
		ServiceIDs:     opt.Field[[]id.ID]{Set: in.ServiceIDs != nil, Value: in.ServiceIDs},
		Services:       opt.Field[[]SkillInput]{Set: in.Services != nil, Value: in.Services},
		Specialties:    opt.Some(in.Specialties),
		Certifications: opt.Some(in.Certifications), YearsExperience: opt.Some(in.YearsExperience),
	}
	return o.assign(ctx, who, member, nil, func(r *row) error {
		var c checks
		r.Gives = nil
		all.apply(&c, "", r)
		return c.err()
	})
}

// SetOutlets replaces where a staff member works; the primary outlet stays. It
// fails with ErrNotFound, ErrManagers, outlets.ErrNotFound, outlets.ErrOutOfScope,
// ErrUpcoming and subscriptions.ErrStaffLimit.
func (o *Operations) SetOutlets(ctx context.Context, who access.Staff, member id.ID, all []id.ID) (Member, error) {
	return o.assign(ctx, who, member, all, func(r *row) error {
		r.OutletIDs = unique(append([]id.ID{r.OutletID}, all...))
		return nil
	})
}

// SetCommission replaces a staff member's commission. It fails with ErrNotFound,
// outlets.ErrOutOfScope, ErrManagers and ErrUnknownService.
func (o *Operations) SetCommission(ctx context.Context, who access.Staff, member id.ID, in Commission) (Member, error) {
	return o.assign(ctx, who, member, nil, func(r *row) error {
		var c checks
		in = c.commission("", in)
		r.Commission = asJSON(in)
		return c.err()
	})
}

// assign changes a staff member whose primary outlet the caller manages.
func (o *Operations) assign(ctx context.Context, who access.Staff, member id.ID, wanted []id.ID, change func(r *row) error) (Member, error) {
	var out Member
	err := o.db.Update(ctx, who.Tenant, func(tx *db.Tx) error {
		p := lockPlaces(tx, member, wanted)
		old, err := lock(ctx, tx, member)
		if err != nil {
			return err
		}
		if err := managedBy(who, &old); err != nil {
			return err
		}
		r := old
		r.OutletIDs = slices.Clone(old.OutletIDs)
		if err := change(&r); err != nil {
			return err
		}
		if err := write(ctx, tx, who, p, &old, &r); err != nil {
			return err
		}
		audit.Record(tx, who, "staff.updated", "staff", member, old.facts(), r.since(&old))
		out, err = reload(ctx, tx, who, member)
		return err
	})
	return out, err
}

// managedBy keeps managers to the staff of their outlets.
func managedBy(who access.Staff, r *row) error {
	switch {
	case who.CanOutlet(r.OutletID):
		return nil
	case r.reachedBy(who):
		return ErrManagers
	default:
		return outlets.ErrOutOfScope
	}
}
