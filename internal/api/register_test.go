package api_test

import (
	"context"
	"net/http"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
	"reserva/internal/kit/civil"
	"reserva/internal/kit/id"
	"reserva/internal/kit/money"
	"reserva/internal/kit/opt"
)

type who struct {
	Kind   string `json:"kind"`
	ID     id.ID  `json:"id"`
	Tenant id.ID  `json:"tenant"`
	Agent  string `json:"agent"`
}

func (w who) answer(o access.Origin) (*who, error) {
	w.Agent = o.UserAgent
	return &w, nil
}

func registerWho(a *api.API) {
	op := func(name string) api.Op {
		return api.Op{Method: http.MethodGet, Path: "/who/" + name, ID: "who-" + name, Tag: "Who", Summary: "Who asks"}
	}
	api.Staff(a, op("staff"), access.TenantWrite, func(_ context.Context, s access.Staff, _ *struct{}) (*who, error) {
		return who{"staff", s.UserID, s.Tenant, ""}.answer(s.Origin)
	})
	api.Customer(a, op("customer"), func(_ context.Context, c access.Customer, _ *struct{}) (*who, error) {
		return who{"customer", c.ID, c.Tenant, ""}.answer(c.Origin)
	})
	api.Either(a, op("either"), access.TenantWrite, func(_ context.Context, s *access.Staff, c *access.Customer, _ *struct{}) (*who, error) {
		if s != nil {
			return who{"staff", s.UserID, s.Tenant, ""}.answer(s.Origin)
		}
		return who{"customer", c.ID, c.Tenant, ""}.answer(c.Origin)
	})
	api.Public(a, op("public"), func(_ context.Context, v access.Visitor, _ *struct{}) (*who, error) {
		return who{Kind: "visitor"}.answer(v.Origin)
	})
}

func TestAudiences(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	const (
		staff    = `{"kind":"staff","id":"65f1e2a0c3b4d5e6f7a8b9c1","tenant":"65f1e2a0c3b4d5e6f7a8b9c0","agent":""}`
		customer = `{"kind":"customer","id":"65f1e2a0c3b4d5e6f7a8b9c2","tenant":"65f1e2a0c3b4d5e6f7a8b9c0","agent":""}`
		visitor  = `{"kind":"visitor","id":"","tenant":"","agent":""}`

		none      = `{"detail":"Not authenticated.","code":"auth.unauthenticated"}`
		expired   = `{"detail":"The token has expired.","code":"auth.token_expired"}`
		otherPart = `{"detail":"This token is not for this part of the API.","code":"auth.wrong_audience"}`
		role      = `{"detail":"Your role does not allow this.","code":"auth.forbidden"}`
	)
	for _, c := range []struct {
		path, token string
		status      int
		body        string
	}{
		{"staff", "staff-tenant_admin", 200, staff},
		{"staff", "staff-super_admin", 200, staff},
		{"staff", "staff-staff", 403, role},
		{"staff", "staff-owner", 403, role},
		{"staff", "customer", 403, otherPart},
		{"staff", "nonsense", 401, expired},
		{"staff", "", 401, none},
		{"customer", "customer", 200, customer},
		{"customer", "staff-tenant_admin", 403, otherPart},
		{"customer", "nonsense", 401, expired},
		{"customer", "", 401, none},
		{"either", "customer", 200, customer},
		{"either", "staff-tenant_admin", 200, staff},
		{"either", "staff-staff", 403, role},
		{"either", "nonsense", 401, expired},
		{"either", "", 401, none},
		{"public", "", 200, visitor},
		{"public", "nonsense", 200, visitor},
	} {
		t.Run(c.path+" "+c.token, func(t *testing.T) {
			got := call{method: "GET", path: "/api/v1/who/" + c.path, token: c.token}.to(t, a)
			got.want(t, c.status, c.body)
			if bearer := got.header.Get("WWW-Authenticate"); (bearer == "Bearer") != (c.status == 401) {
				t.Errorf("WWW-Authenticate = %q", bearer)
			}
		})
	}
}

func TestBearerScheme(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	for value, status := range map[string]int{
		"bearer customer": 200, "BEARER  customer": 200,
		"Basic customer": 401, "customer": 401, "Bearer": 401, "Bearer customer x": 401,
	} {
		call{method: "GET", path: "/api/v1/who/customer", header: map[string]string{"Authorization": value}}.to(t, a).want(t, status, "")
	}
}

func TestOriginIsSafeToStore(t *testing.T) {
	a := newAPI(t)
	registerWho(a)
	got := call{method: "GET", path: "/api/v1/who/public", header: map[string]string{"User-Agent": "a\xffb"}}.to(t, a)
	got.want(t, 200, `{"kind":"visitor","id":"","tenant":"","agent":"a\ufffdb"}`)
}

func TestRegistrationRefusesSlips(t *testing.T) {
	a := newAPI(t)
	slip := func(id string) api.Op {
		return api.Op{Method: "POST", Path: "/slips/" + id, ID: id, Tag: "Slips", Summary: "A slip"}
	}
	registerWho(a)
	for name, slip := range map[string]func(){
		"unknown requirement": func() {
			api.Staff(a, api.Op{Method: "GET", Path: "/x", ID: "x"}, "unheard.of", func(context.Context, access.Staff, *struct{}) (*who, error) {
				return nil, nil
			})
		},
		"no summary": func() {
			api.Public(a, api.Op{Method: "GET", Path: "/y", ID: "y", Tag: "Y"}, func(context.Context, access.Visitor, *struct{}) (*who, error) {
				return nil, nil
			})
		},
		"clock as a number": func() {
			api.Public(a, slip("clock"), func(context.Context, access.Visitor, *struct {
				At opt.Field[civil.Clock] `query:"at"`
			}) (*who, error) {
				return nil, nil
			})
		},
		"structure as a parameter": func() {
			api.Public(a, slip("money"), func(context.Context, access.Visitor, *struct {
				Price money.Decimal `query:"price"`
			}) (*who, error) {
				return nil, nil
			})
		},
		"default true": func() {
			api.Public(a, slip("default"), func(context.Context, access.Visitor, *struct {
				Body struct {
					Lines []struct {
						Active bool `json:"active,omitempty" default:"true"`
					} `json:"lines"`
				}
			}) (*who, error) {
				return nil, nil
			})
		},
		"file of no type": func() {
			api.Public(a, slip("file"), func(context.Context, access.Visitor, *struct{}) (*api.Raw, error) { return nil, nil })
		},
		"guest with a typed body": func() {
			api.Guest(a, slip("guest"), func(context.Context, access.Visitor, *struct{ Body who }) (*who, error) { return nil, nil })
		},
		"path taken": func() {
			api.Public(a, api.Op{Method: "GET", Path: "/who/public", ID: "y", Tag: "Y", Summary: "Y"}, func(context.Context, access.Visitor, *struct{}) (*who, error) {
				return nil, nil
			})
		},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: accepted", name)
				}
			}()
			slip()
		}()
	}
}
