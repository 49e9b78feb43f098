package services

import (
	"context"
	"errors"

	"reserva/internal/access"
	"reserva/internal/business/outlets"
	"reserva/internal/kit/db"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// StaffLinks writes who gives a service. The staff package implements it.
type StaffLinks interface {
	// AssignService makes exactly the staff members give the service, in the
	// transaction that writes it. It fails with ErrStaffUnknown if one of them is
	// absent, or another tenant's, and with outlets.ErrOutOfScope if one who would
	// begin or cease to give it does not work at the caller's outlets.
	AssignService(ctx context.Context, tx *db.Tx, who access.Staff, service id.ID, staff []id.ID) error
}

// ErrStaffUnknown is an assigned staff member who is not there.
var ErrStaffUnknown = fault.New(fault.Invalid, "service.staff_unknown", "A staff member of assigned_staff is not there.").
	WithField("assigned_staff", "names somebody who is not there", "value_error")

// PackageLinks tells which services bundles are made of. The packages package
// implements it.
type PackageLinks interface {
	// BundlesService reports whether an active package contains the service.
	BundlesService(ctx context.Context, tx *db.Tx, service id.ID) (bool, error)
}

// Links are what later packages do for this one. Without staff nobody can be
// assigned, and without packages no service is in one.
type Links struct {
	Staff    StaffLinks
	Packages PackageLinks
}

// Operations are what may be done with services.
type Operations struct {
	db     *db.DB
	links  Links
	router *outlets.Router
}

// New makes the operations on a database. The router finds the tenants of outlets
// for the public.
func New(d *db.DB, router *outlets.Router, links Links) *Operations {
	return &Operations{db: d, links: links, router: router}
}

// Get reads a service as it is priced at an outlet, or at none. It fails with
// ErrNotFound.
func (o *Operations) Get(ctx context.Context, who access.Staff, service, outlet id.ID) (Service, error) {
	var out Service
	err := o.db.View(ctx, who.Tenant, func(tx *db.Tx) error {
		r, err := load(ctx, tx, service)
		out = r.service(outlet, tx.Now())
		return err
	})
	return out, err
}

// Pricing reads what a service costs. It fails with ErrNotFound.
func (o *Operations) Pricing(ctx context.Context, who access.Staff, service id.ID) (ServicePricing, error) {
	out, err := o.Get(ctx, who, service, "")
	return out.servicePricing(), err
}

func (s Service) servicePricing() ServicePricing {
	return ServicePricing{ID: s.ID, SameID: s.ID, Pricing: s.Pricing}
}

// load reads a service of the transaction's tenant. It fails with ErrNotFound.
func load(ctx context.Context, tx *db.Tx, service id.ID) (record, error) {
	return oneRecord(db.One[row](ctx, tx, selectSQL, tx.Tenant(), service))
}

// lock reads a service that is about to be changed; bookings go on meanwhile. It
// fails with ErrNotFound.
func lock(ctx context.Context, tx *db.Tx, service id.ID) (record, error) {
	return oneRecord(db.One[row](ctx, tx, selectSQL+` FOR NO KEY UPDATE OF s`, tx.Tenant(), service))
}

func oneRecord(r row, err error) (record, error) {
	if errors.Is(err, db.ErrNotFound) {
		return record{}, ErrNotFound
	}
	return r.record(), err
}
