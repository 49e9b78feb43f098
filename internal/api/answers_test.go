package api_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/access"
	"reserva/internal/api"
)

type linked struct {
	URL   string `json:"url"`
	Fresh bool   `json:"-"`
}

func (l *linked) StatusCode() int {
	if l.Fresh {
		return http.StatusCreated
	}
	return http.StatusOK
}

func (l *linked) Headers() http.Header { return http.Header{"Location": {l.URL}} }

func TestAnswersMayChooseStatusAndHeaders(t *testing.T) {
	a := newAPI(t)
	api.Public(a, api.Op{Method: "POST", Path: "/links/{fresh}", ID: "link", Tag: "L", Summary: "L"},
		func(_ context.Context, _ access.Visitor, in *struct {
			Fresh bool `path:"fresh"`
		}) (*linked, error) {
			return &linked{URL: "https://example.com/<&>", Fresh: in.Fresh}, nil
		})
	for path, status := range map[string]int{"true": 201, "false": 200} {
		got := call{method: "POST", path: "/api/v1/links/" + path}.to(t, a)
		got.want(t, status, "")
		if got.body != `{"url":"https://example.com/<&>"}`+"\n" || got.header.Get("Location") == "" {
			t.Errorf("%s %v", got.body, got.header)
		}
	}
}

func TestFiles(t *testing.T) {
	a := newAPI(t)
	pdf := &api.Raw{ContentType: "application/pdf", Filename: `INV "ü".pdf`, Body: []byte("%PDF"), Header: http.Header{"Etag": {`"1"`}}}
	api.Customer(a, api.Op{
		Method: "GET", Path: "/invoice", ID: "invoice", Tag: "I", Summary: "I", CacheControl: "private, max-age=60", ContentType: "application/pdf",
	}, func(context.Context, access.Customer, *struct{}) (*api.Raw, error) { return pdf, nil })
	got := call{method: "GET", path: "/api/v1/invoice", token: "customer"}.to(t, a)
	got.want(t, 200, "")
	want := map[string]string{
		"Content-Type": "application/pdf", "Cache-Control": "private, max-age=60", "Etag": `"1"`,
		"Content-Disposition": `attachment; filename*=utf-8''INV%20%22%C3%BC%22.pdf`, "X-Content-Type-Options": "nosniff",
	}
	for name, value := range want {
		if got.header.Get(name) != value {
			t.Errorf("%s = %q", name, got.header.Get(name))
		}
	}
	if got.body != "%PDF" {
		t.Errorf("body %q", got.body)
	}
	pdf.Status, pdf.Body, pdf.Header = http.StatusFound, nil, http.Header{"Location": {"https://example.com/"}}
	call{method: "GET", path: "/api/v1/invoice", token: "customer"}.to(t, a).want(t, 302, "")
}

func TestAliasesAnswerTheSame(t *testing.T) {
	a := newAPI(t)
	api.Public(a, api.Op{
		Method: "GET", Path: "/payments/history", ID: "history", Tag: "P", Summary: "P",
		Aliases: []string{"/customer/payments/history"}, CacheControl: "public, max-age=5",
	}, func(context.Context, access.Visitor, *struct{}) (*[]string, error) { return &[]string{"a"}, nil })
	for _, path := range []string{"/api/v1/payments/history", "/api/v1/customer/payments/history"} {
		got := call{method: "GET", path: path}.to(t, a)
		got.want(t, 200, `["a"]`)
		if got.header.Get("Cache-Control") != "public, max-age=5" {
			t.Errorf("%v", got.header)
		}
	}
}

type listInput struct {
	api.Page
	api.Order
	SortBy string `query:"sort_by" enum:"name" default:"name"`
}

type direction struct {
	SortBy string `json:"sort_by"`
	Desc   bool   `json:"desc"`
	Offset int    `json:"offset"`
}

func registerList(a *api.API) {
	api.Public(a, api.Op{Method: "GET", Path: "/things", ID: "list-things", Tag: "Things", Summary: "List"},
		func(_ context.Context, _ access.Visitor, in *listInput) (*api.List[direction], error) {
			items := []direction{{in.SortBy, in.Descending(false), in.Offset()}}
			if in.Page.Page > 3 {
				items = nil
			}
			return api.NewList(items, 41, in.Page), nil
		})
}

func TestLists(t *testing.T) {
	a := newAPI(t)
	registerList(a)
	for query, want := range map[string]string{
		"":                               `{"items":[{"sort_by":"name","desc":false,"offset":0}],"total":41,"page":1,"size":20,"pages":3}`,
		"?page=3&size=5":                 `{"items":[{"sort_by":"name","desc":false,"offset":10}],"total":41,"page":3,"size":5,"pages":9}`,
		"?sort_order=desc":               `{"items":[{"sort_by":"name","desc":true,"offset":0}],"total":41,"page":1,"size":20,"pages":3}`,
		"?order=desc":                    `{"items":[{"sort_by":"name","desc":true,"offset":0}],"total":41,"page":1,"size":20,"pages":3}`,
		"?sort_direction=asc&order=desc": `{"items":[{"sort_by":"name","desc":false,"offset":0}],"total":41,"page":1,"size":20,"pages":3}`,
		"?page=9&unknown=1":              `{"items":[],"total":41,"page":9,"size":20,"pages":3}`,
	} {
		call{method: "GET", path: "/api/v1/things" + query}.to(t, a).want(t, 200, want)
	}
	for _, query := range []string{"?page=0", "?page=-1", "?size=0", "?size=101", "?sort_by=other", "?order=up", "?page=99999999999999999999", "?page=9223372036854775807"} {
		call{method: "GET", path: "/api/v1/things" + query}.to(t, a).want(t, 422, "")
	}
}

func TestPages(t *testing.T) {
	page := api.Page{Page: 1, Size: 20}
	got := map[int]int{}
	for _, total := range []int{0, 1, 20, 21, 40, 41} {
		got[total] = page.Pages(total)
	}
	if diff := cmp.Diff(map[int]int{0: 0, 1: 1, 20: 1, 21: 2, 40: 2, 41: 3}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMalformedPathIDsAreUnknown(t *testing.T) {
	if api.ID("65f1e2a0c3b4d5e6f7a8b9c0") != tenant || api.ID("x") != "" || api.ID("") != "" {
		t.Error("only 24 hexadecimal digits are an id")
	}
}
