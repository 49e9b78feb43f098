package world_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// Every cell of the published table of permissions is tried: each role at each
// endpoint of the staff portal is refused for its role where the table says so, and
// nowhere else.
func TestEveryRoleAtEveryEndpoint(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	table := permissionTable(t)
	nothing := absent(s.mine.ids)
	endpoints, cells, refused := 0, 0, 0
	for _, o := range s.Operations {
		if o.Audience != "staff" && o.Audience != "either" {
			continue
		}
		endpoints++
		allowed, listed := table[o.Method+" "+world.Prefix+o.Path]
		if !listed {
			t.Errorf("%s is not in docs/permissions.md; run `make gen`", o)
			continue
		}
		delete(table, o.Method+" "+world.Prefix+o.Path)
		if len(allowed) == 0 {
			t.Errorf("%s is open to no role", o)
		}
		for _, role := range access.Roles() {
			cells++
			may := slices.Contains(allowed, role)
			request := harmless(o, nothing)
			if !may {
				refused++
				request = testkit.Request{Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids))}
			}
			request.As = s.expendable(o, role)
			a := s.Send(request)
			forRole := a.Status == http.StatusForbidden && a.Text("code") == "auth.forbidden"
			if a.Status == http.StatusUnauthorized || forRole == may {
				t.Errorf("%s as %s, which may: %v: status %d: %s", o, role, may, a.Status, a.Body)
			}
		}
	}
	for stale := range table {
		t.Errorf("docs/permissions.md has %s, which there is not; run `make gen`", stale)
	}
	if refused == 0 {
		t.Error("every endpoint is open to every role")
	}
	t.Logf("%d endpoints × %d roles: %d cells tried, %d of them refusals", endpoints, len(access.Roles()), cells, refused)
}

// permissionTable reads who may call what from the published table.
func permissionTable(t *testing.T) map[string][]access.Role {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "permissions.md"))
	if err != nil {
		t.Fatal(err)
	}
	table := map[string][]access.Role{}
	var columns []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case cells[0] == "endpoint":
			columns = cells
		case strings.HasPrefix(cells[0], "`") && len(columns) > 2:
			endpoint := strings.Trim(cells[0], "`")
			table[endpoint] = []access.Role{}
			for i, cell := range cells {
				if cell == "yes" {
					table[endpoint] = append(table[endpoint], access.Role(columns[i]))
				}
			}
		}
	}
	if len(table) < 50 {
		t.Fatalf("the table of permissions has %d rows; it is read in the wrong way", len(table))
	}
	return table
}

// harmless is a request that is let in and then does nothing: its body cannot be
// decoded or, where there is none, its path names nothing.
func harmless(o world.Operation, nothing map[string]string) testkit.Request {
	r := testkit.Request{Method: o.Method, Path: path(o, nothing)}
	if o.Spec.RequestBody != nil {
		r.Body = `{`
	}
	return r
}

// expendable is a token of the role: one of its own where a request without a body
// or an id in its path could end the sessions of whoever makes it.
func (s *sweep) expendable(o world.Operation, role access.Role) testkit.Token {
	if o.Method == "GET" || o.Spec.RequestBody != nil || strings.Contains(o.Path, "{") {
		return s.roles[role]
	}
	return s.mine.Member(role, s.mine.Outlet).Token
}

// promised is who may use the endpoints for which the product's documents name roles,
// written down apart from what the server grants: s for super admins, a for tenant
// admins, m for outlet managers, r for receptionists, p for staff who provide services.
var promised = map[string]string{
	"GET /tenants":                                "s",
	"POST /tenants":                               "s",
	"DELETE /tenants/{tenant_id}":                 "s",
	"POST /tenants/{tenant_id}/activate":          "s",
	"POST /tenants/{tenant_id}/deactivate":        "s",
	"GET /tenants/{tenant_id}":                    "samrp",
	"PUT /tenants/{tenant_id}":                    "sa",
	"GET /tenants/{tenant_id}/stats":              "sa",
	"PUT /tenants/{tenant_id}/settings":           "sa",
	"GET /tenants/{tenant_id}/category-templates": "samrp",
	"PUT /tenants/{tenant_id}/category-templates": "sa",
	"GET /tenants/{tenant_id}/position-templates": "samrp",
	"PUT /tenants/{tenant_id}/position-templates": "sa",
	"POST /tenants/{tenant_id}/logo":              "sa",
	"GET /tenants/{tenant_id}/platform-fee":       "sa",
	"PUT /tenants/{tenant_id}/platform-fee":       "s",
	"GET /subscriptions/plans":                    "samrp",
	"GET /subscriptions/current":                  "samrp",
	"GET /subscriptions/usage":                    "samrp",
	"GET /users":                                  "sam",
	"POST /users":                                 "sam",
	"PUT /users/{user_id}":                        "sam",
	"DELETE /users/{user_id}":                     "sam",
	"GET /users/stats/summary":                    "sam",
	"GET /users/me":                               "samrp",
	"PUT /users/me":                               "samrp",
	"GET /users/{user_id}":                        "samrp",
	"POST /users/{user_id}/reset-password":        "sam",
	"POST /users/{user_id}/resend-welcome":        "sam",
	"PUT /users/{user_id}/outlets":                "sam",
	"POST /users/{user_id}/outlets/{outlet_id}":   "sam",
	"DELETE /users/{user_id}/outlets/{outlet_id}": "sam",
	"POST /users/{user_id}/activate":              "sam",
	"POST /users/{user_id}/deactivate":            "sam",
	"POST /users/{user_id}/restore":               "sam",
	"GET /outlets":                                "samrp",
	"GET /outlets/{outlet_id}":                    "samrp",
	"POST /outlets":                               "sa",
	"PUT /outlets/{outlet_id}":                    "sa",
	"DELETE /outlets/{outlet_id}":                 "sa",
	"POST /outlets/{outlet_id}/activate":          "sa",
	"POST /outlets/{outlet_id}/deactivate":        "sa",
	"POST /outlets/{outlet_id}/restore":           "sa",
	"PUT /outlets/{outlet_id}/business-hours":     "sam",
	"POST /outlets/{outlet_id}/special-hours":     "sam",
	"PUT /outlets/{outlet_id}/settings":           "sam",
	"GET /staff":                                  "samrp",
	"POST /staff":                                 "sam",
	"PUT /staff/{staff_id}":                       "samp",
	"DELETE /staff/{staff_id}":                    "sam",
	"PUT /staff/{staff_id}/skills":                "sam",
	"PUT /staff/{staff_id}/commission":            "sam",
	"POST /staff/{staff_id}/restore":              "sam",
	"GET /services":                               "samrp",
	"POST /services":                              "sam",
	"PUT /services/{service_id}":                  "sam",
	"DELETE /services/{service_id}":               "sam",
	"POST /services/{service_id}/pricing":         "sam",
	"GET /customers":                              "samrp",
	"POST /customers":                             "samrp",
	"GET /customers/{customer_id}":                "samrp",
	"PUT /customers/{customer_id}":                "samr",
	"DELETE /customers/{customer_id}":             "sa",
	"GET /customers/{customer_id}/appointments":   "samrp",
	"PUT /customers/{customer_id}/preferences":    "samrp",
	"GET /customers/statistics/summary":           "sa",
	"GET /appointments":                           "samrp",
	"POST /appointments":                          "samrp",
	"POST /appointments/{appointment_id}/cancel":  "samrp",
	"POST /appointments/{appointment_id}/no-show": "samrp",
	"POST /availability":                          "samp",
	"PUT /availability/{availability_id}":         "samp",
	"DELETE /availability/{availability_id}":      "samp",
	"GET /withdrawals/balance":                    "sa",
	"GET /withdrawals/balance/transactions":       "sa",
	"GET /audit-logs":                             "sa",
}

func TestRolesAreAsPromised(t *testing.T) {
	t.Parallel()
	s, err := world.Describe(world.New(t).Handler)
	if err != nil {
		t.Fatal(err)
	}
	letters := map[string]string{"super_admin": "s", "tenant_admin": "a", "outlet_manager": "m", "receptionist": "r", "staff": "p"}
	open := maps.Clone(promised)
	for _, o := range s.Operations {
		want, known := promised[o.String()]
		if !known {
			continue
		}
		delete(open, o.String())
		got := ""
		for _, role := range o.Roles {
			got += letters[role]
		}
		if got != want {
			t.Errorf("%s is open to %q, want %q", o, got, want)
		}
	}
	for _, endpoint := range slices.Sorted(maps.Keys(open)) {
		t.Errorf("there is no %s", endpoint)
	}
}
