package auditlog

import (
	"context"
	"net/http"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/fault"
)

const tag = "Audit log"

type listInput struct {
	Filter
	api.Page
}

type byID struct {
	LogID string `path:"log_id" maxLength:"20" example:"1042"`
}

type objectInput struct {
	ObjectID string `path:"object_id" example:"65a1b2c3d4e5f6a7b8c9d0e1"`
	Moment
}

// Register adds the endpoints of tenant administrators.
func Register(a *api.API, o *Operations) {
	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/audit-logs", ID: "list-audit-logs", Tag: tag,
		Summary: "List who changed what",
		Description: "Every change of the business's data, newest first: who made it, from where, and the values before and " +
			"after. Entries are written with the change and cannot be altered. They hold no passwords or codes, and of " +
			"customers only ids.",
	}, access.AuditRead, func(ctx context.Context, who access.Staff, in *listInput) (*api.List[Entry], error) {
		return o.List(ctx, who, in.Filter, in.Page)
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/audit-logs/head", ID: "get-audit-log-head", Tag: tag,
		Summary: "Read the end of the log's chain",
		Description: "Every entry is sealed by a digest over it and the seal before it. Keep the anchor where nobody else can " +
			"write: if the log is ever rewritten, even by who runs the database, `reserva audit verify --anchor` tells.",
	}, access.AuditRead, func(ctx context.Context, who access.Staff, _ *struct{}) (*Head, error) {
		head, err := o.Head(ctx, who)
		return &head, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/audit-logs/{log_id}", ID: "get-audit-log", Tag: tag,
		Summary:     "Read an entry of the audit log",
		Description: "With its place in the chain, once it is sealed.",
		Errors:      []*fault.Error{ErrNotFound},
	}, access.AuditRead, func(ctx context.Context, who access.Staff, in *byID) (*Entry, error) {
		entry, err := o.Get(ctx, who, in.LogID)
		return &entry, err
	})

	api.Staff(a, api.Op{
		Method: http.MethodGet, Path: "/audit-logs/objects/{object_id}", ID: "get-object-at", Tag: tag,
		Summary: "Read an object as it was",
		Description: "What the log says of an object at a moment: its state after the last change until then, or that it was " +
			"deleted. Of customers only what is not personal.",
		Errors: []*fault.Error{ErrObjectNotFound},
	}, access.AuditRead, func(ctx context.Context, who access.Staff, in *objectInput) (*State, error) {
		state, err := o.At(ctx, who, api.ID(in.ObjectID), in.Moment)
		return &state, err
	})
}
