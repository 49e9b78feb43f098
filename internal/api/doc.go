// Package api is the HTTP edge: what is the same for every endpoint is here,
// so that a feature registers an endpoint in a few lines and can neither forget
// who is asking nor answer in a shape of its own.
//
//	api.Staff(a, api.Op{
//		Method: http.MethodPost, Path: "/outlets", ID: "create-outlet", Tag: "Outlets",
//		Summary: "Open an outlet", Status: http.StatusCreated,
//		Errors: []*fault.Error{ErrOutletLimit, ErrSlugTaken}, Idempotent: true,
//	}, access.OutletsWrite, func(ctx context.Context, who access.Staff, in *createInput) (*View, error) {
//		return ops.Open(ctx, who, in.Body)
//	})
//
// The input is a struct with path, query and header tags and a Body; the output
// is the body itself, None for an answer without one, or Raw for a file.
//
// There is one registration function for each audience: Staff, Customer,
// Either (one or the other), Public, Guest (the guest booking API, with its own
// error body) and Webhook (providers). Each request passes, in this order:
//
//	request id, log line, panics, security headers     Handler
//	route                                              router
//	authentication for the endpoint's audience         authenticate
//	rate limit of the caller, or of the address        limit
//	refused token or missing permission                serve
//	body: content type, size, syntax, NUL, UTF-8       readBody
//	Idempotency-Key                                    idempotency
//	decoding and validation                            huma
//	the handler
//
// and every error, wherever it arises, becomes a body in one place (faultBody).
// Refused values are never echoed: they may be passwords.
//
// Only this package knows huma beyond struct tags. Two traps of those tags: a
// `default` replaces an explicit zero ("active": false), so a boolean with a
// default is an opt.Field; and null stands for absent on every optional field.
package api
