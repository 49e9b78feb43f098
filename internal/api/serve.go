package api

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"reserva/internal/access"
	"reserva/internal/kit/ratelimit"
)

// Prefix is where the API lives.
const Prefix = "/api/v1"

// adapter registers with our router what huma registers.
type adapter struct{ api *API }

// Handle implements huma.Adapter.
func (ad adapter) Handle(op *huma.Operation, next func(huma.Context)) {
	e := op.Metadata[metaEndpoint].(*endpoint)
	path := strings.TrimPrefix(op.Path, Prefix)
	ad.api.router.add(op.Method, path, e.family(), func(w http.ResponseWriter, r *http.Request) {
		ad.api.serve(e, w, r, func(w http.ResponseWriter, r *http.Request) {
			next(humago.NewContext(op, r, w))
			if r.MultipartForm != nil {
				// net/http tidies up after its own copy of the request only.
				_ = r.MultipartForm.RemoveAll()
			}
		})
	})
}

// ServeHTTP implements huma.Adapter.
func (ad adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { ad.api.route(w, r) }

// route finds the endpoint of a request below /api/.
func (a *API) route(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), Prefix+"/")
	var m match
	if ok {
		m = a.router.find(r.Method, path)
	}
	x.family = m.family
	if m.route == nil {
		a.unmatched(w, r, x, m)
		return
	}
	x.route = Prefix + m.route.pattern
	for i, name := range m.route.names {
		r.SetPathValue(name, m.values[i])
	}
	err := checkURL(r, m.values)
	if err == nil {
		err = checkSingle(r.Header)
	}
	if err != nil {
		// Counted like any other refused request.
		if limited := a.limit(r.Context(), x, nil); limited != nil {
			err = limited
		}
		a.fail(w, x, err)
		return
	}
	m.route.handle(w, r)
}

func (a *API) unmatched(w http.ResponseWriter, r *http.Request, x *exchange, m match) {
	err := ErrNoRoute
	if len(m.allowed) > 0 {
		err = errMethod
		w.Header().Set("Allow", strings.Join(m.allowed, ", "))
	}
	if limited := a.limit(r.Context(), x, nil); limited != nil {
		a.fail(w, x, limited)
		return
	}
	a.fail(w, x, err)
}

// serve takes one request through the endpoint's checks to the handler.
func (a *API) serve(e *endpoint, w http.ResponseWriter, r *http.Request, run func(http.ResponseWriter, *http.Request)) {
	timeout := e.op.Timeout
	if timeout == 0 {
		timeout = a.config.Timeout
	}
	ctx, cancel := context.WithTimeout(r.Context(), timeout)
	defer cancel()
	r = r.WithContext(ctx)
	x := exchangeOf(ctx)
	x.family = e.family()

	refused := a.authenticate(ctx, x, e, r)
	if err := a.limit(ctx, x, e); err != nil {
		a.fail(w, x, err)
		return
	}
	if refused == nil {
		refused = permit(x, e)
	}
	if refused != nil {
		a.fail(w, x, refused)
		return
	}
	body, err := a.readBody(e, w, r)
	if err != nil {
		a.fail(w, x, err)
		return
	}
	c, err := a.claimOf(x, e, r, body)
	if err != nil {
		a.fail(w, x, err)
		return
	}
	if e.revalidates() {
		revalidate(w, r, run)
		return
	}
	a.once(w, r, x, c, run)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// newExchange begins the account of a request.
func (a *API) newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	origin := a.originOf(r)
	return &exchange{
		header: w.Header(),
		log:    a.config.Logger.With("request_id", origin.RequestID),
		origin: origin,
		host:   ratelimit.ClientHost(r, a.config.TrustedProxies),
		kind:   access.ActorVisitor,
	}
}
