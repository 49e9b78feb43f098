package gen

import (
	"net/http"
	"strings"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
)

func TestPages(t *testing.T) {
	errors := string(errorsPage([]api.FaultRow{
		{Code: "a.implied", Status: 401, Message: "Either | or."},
		{Code: "b.own", Status: 409, Message: "Taken.", Operations: []string{"book", "move"}},
	}))
	everyone, some, found := strings.Cut(errors, "## Of some endpoints")
	if !found || !strings.Contains(everyone, "| `a.implied` | 401 | Either \\| or. |  |") ||
		!strings.Contains(some, "| `b.own` | 409 | Taken. | `book`, `move` |") {
		t.Errorf("errors:\n%s", errors)
	}
	permissions := string(permissionsPage([]api.PermissionRow{
		{Method: http.MethodGet, Path: "/a", Audience: api.ForStaff, Requirement: access.OutletsWrite, Roles: []access.Role{access.SuperAdmin, access.Receptionist}},
		{Method: http.MethodPost, Path: "/b", Audience: api.ForPublic},
	}))
	for _, want := range []string{
		"| `GET /a` | " + string(access.OutletsWrite) + " | yes |  |  | yes |  |", "| `POST /b` | public |",
	} {
		if !strings.Contains(permissions, want) {
			t.Errorf("without %s:\n%s", want, permissions)
		}
	}
}

func TestNormalTakesOutWhatTellsTheVersion(t *testing.T) {
	const dump = "--\n-- PostgreSQL database dump\n--\n\n\\restrict abc\n\n-- Dumped from database version 17.2\n\n" +
		"SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n\n" +
		"CREATE TABLE public.a (\n    id text NOT NULL\n);\n\n\n--\n-- Name: b\n--\n\nCREATE INDEX b ON public.a (id);\n\n\\unrestrict abc\n\n"
	const want = schemaHead + "CREATE TABLE public.a (\n    id text NOT NULL\n);\n\nCREATE INDEX b ON public.a (id);\n"
	if got := string(normal(dump)); got != want {
		t.Errorf("got:\n%s", got)
	}
}
