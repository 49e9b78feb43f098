package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

const overview = `Booking platform for salons: tenants with outlets, staff, services, appointments, packages and payments.

**Who calls.** Each endpoint says its audience: staff users and customers sign in and send their own bearer tokens; public,
guest and webhook endpoints need none. ` + "`x-audience`, `x-permission` and `x-roles`" + ` repeat it for programs.

**Errors** are ` + "`{\"detail\", \"code\", \"request_id\"}`" + `; with 422, ` + "`detail`" + ` may be a list of fields. The code is stable, the text is
for people. Guest booking endpoints answer ` + "`{\"statusCode\", \"message\"}`" + ` instead.

**Limits** on requests: staff 100 a minute and 1000 an hour, customers 60 and 600, everybody else 30 and 300 from one address.
Every answer carries X-RateLimit-Limit-Minute, X-RateLimit-Remaining-Minute, X-RateLimit-Limit-Hour and
X-RateLimit-Remaining-Hour; a 429 also Retry-After.

**Retries.** Endpoints marked ` + "`x-idempotent`" + ` take an Idempotency-Key header: a repeated request is answered as the first was, and
marked Idempotency-Replayed.

**Ids** are 24 lower-case hexadecimal digits. A path with anything else in that place is answered 404, as for an id that does not
exist; a query or a body 422.

**Ranges** of dates include both ends. One that ends before it begins is 422.

**Lists** take ` + "`page` and `size`" + ` and answer ` + "`{items, total, page, size, pages}`" + `.`

// document is the finished OpenAPI document.
type document struct{ v31, v30 file }

type file struct {
	body []byte
	etag string
}

func emptyDocument(c Config) *huma.OpenAPI {
	schemas := newRegistry()
	schemas.schemas["Error"] = errorComponent()
	schemas.schemas["GuestError"] = guestErrorComponent()
	version := c.Version
	if version == "" {
		version = "0.0.0"
	}
	doc := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Reserva API", Version: version, Description: overview,
			License: &huma.License{Name: "Apache 2.0", URL: "https://www.apache.org/licenses/LICENSE-2.0"},
		},
		Components: &huma.Components{
			Schemas:    schemas,
			Responses:  map[string]*huma.Response{},
			Parameters: map[string]*huma.Param{},
			Examples:   map[string]*huma.Example{},
			Headers:    limitHeaderDocs(),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				schemeStaff:    {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "Access token of a staff user."},
				schemeCustomer: {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "Access token of a customer."},
			},
		},
	}
	if c.PublicURL != "" {
		doc.Servers = []*huma.Server{{URL: c.PublicURL}}
	}
	return doc
}

func errorSchema(fam family) *huma.Schema {
	if fam == booki {
		return &huma.Schema{Ref: schemaPrefix + "GuestError"}
	}
	return &huma.Schema{Ref: schemaPrefix + "Error"}
}

func errorComponent() *huma.Schema {
	str := &huma.Schema{Type: huma.TypeString}
	field := &huma.Schema{
		Type: huma.TypeObject, Required: []string{"loc", "msg", "type"}, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			"loc":  {Type: huma.TypeArray, Items: &huma.Schema{}, Description: `Where, as in ["body", "services", 0, "staff_id"].`},
			"msg":  str,
			"type": str,
			"ctx":  {Type: huma.TypeObject, AdditionalProperties: true, Description: "Bounds and choices of the rule."},
		},
	}
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"code", "request_id"}, AdditionalProperties: true,
		Properties: map[string]*huma.Schema{
			"detail":     {OneOf: []*huma.Schema{str, {Type: huma.TypeArray, Items: field}}},
			"code":       {Type: huma.TypeString, Description: "Stable name of the error."},
			"request_id": {Type: huma.TypeString, Description: "Also in the X-Request-Id header."},
		},
	}
}

func guestErrorComponent() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, Required: []string{"statusCode", "message"}, AdditionalProperties: false,
		Properties: map[string]*huma.Schema{
			"statusCode": {Type: huma.TypeInteger},
			"message":    {Type: huma.TypeString},
		},
	}
}

// buildDocument is called once, when all endpoints are registered.
func (a *API) buildDocument() document {
	a.describeTags()
	a.shareParameters()
	doc := a.huma.OpenAPI()
	v31, err := json.Marshal(doc)
	if err != nil {
		panic(err) // of values that this package made
	}
	v30, err := doc.Downgrade()
	if err != nil {
		panic(err)
	}
	return document{v31: newFile(standard(v31)), v30: newFile(standard(v30))}
}

// standard mends what huma writes beside the standards: patternDescription
// becomes the field's description where it has none, and what came with 3.1
// goes from binary fields, which have their format. A parameter's schema does not
// repeat the parameter's description.
func standard(doc []byte) []byte {
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		panic(err)
	}
	walk(v, func(m map[string]any) {
		if m["format"] == "binary" {
			delete(m, "contentMediaType")
			delete(m, "contentEncoding")
		}
		if schema, ok := m["schema"].(map[string]any); ok && m["in"] != nil && schema["description"] == m["description"] {
			delete(schema, "description")
		}
		text, ok := m["patternDescription"].(string)
		if _, isSchema := m["pattern"].(string); !ok || !isSchema {
			return
		}
		delete(m, "patternDescription")
		if m["description"] == nil {
			m["description"] = strings.ToUpper(text[:1]) + text[1:] + "."
		}
	})
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return out
}

func walk(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		visit(v)
		for _, member := range v {
			walk(member, visit)
		}
	case []any:
		for _, item := range v {
			walk(item, visit)
		}
	}
}

// describeTags lists the chapters, audience by audience in the order of
// registration. ReDoc groups them by x-tagGroups.
func (a *API) describeTags() {
	doc := a.huma.OpenAPI()
	type group struct {
		Name string   `json:"name"`
		Tags []string `json:"tags"`
	}
	var groups []group
	for _, e := range a.endpoints {
		i := slices.IndexFunc(groups, func(g group) bool { return g.Name == e.title() })
		if i < 0 {
			i, groups = len(groups), append(groups, group{Name: e.title()})
		}
		if slices.Contains(groups[i].Tags, e.tag()) {
			continue
		}
		groups[i].Tags = append(groups[i].Tags, e.tag())
		doc.Tags = append(doc.Tags, &huma.Tag{
			Name: e.tag(), Extensions: map[string]any{"x-displayName": e.op.Tag, "x-audience": string(e.audience)},
		})
	}
	doc.Extensions = map[string]any{"x-tagGroups": groups}
}

func newFile(body []byte) file {
	sum := sha256.Sum256(body)
	return file{body: body, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// OpenAPI returns the document as YAML, for the committed copy.
func (a *API) OpenAPI() ([]byte, error) { return toYAML(a.finished().v31.body) }

func (a *API) serveDocument(pick func(document) file) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f := pick(a.finished())
		w.Header().Set("Content-Type", typeJSON)
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("ETag", f.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
	}
}
