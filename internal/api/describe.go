package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"
)

const metaEndpoint = "endpoint"

const (
	schemeStaff    = "staffBearer"
	schemeCustomer = "customerBearer"
	typeJSON       = "application/json"
	typeBinary     = "application/octet-stream"
)

// describe makes the operation of one of the endpoint's paths: the first, or an
// alias.
func (a *API) describe(e *endpoint, path string, alias int) huma.Operation {
	op := huma.Operation{
		OperationID: e.op.ID,
		Method:      e.op.Method,
		Path:        Prefix + path,
		Tags:        []string{e.tag()},
		Summary:     e.op.Summary,
		Description: e.op.Description,
		Deprecated:  alias > 0,
		Security:    e.security(),
		Responses:   a.errorResponses(e),
		Extensions:  map[string]any{"x-audience": string(e.audience)},
		Metadata:    map[string]any{metaEndpoint: e},

		// The body was read and limited before huma sees it; its own deadline
		// would end the request five seconds after the body.
		MaxBodyBytes:    -1,
		BodyReadTimeout: -1,
	}
	if alias > 0 {
		op.OperationID += "-alias-" + strconv.Itoa(alias)
		op.Description = strings.TrimSpace("Another path of `" + e.op.ID + "`. " + e.op.Description)
	}
	if e.need != "" {
		op.Extensions["x-permission"] = string(e.need)
		op.Extensions["x-roles"] = e.need.Roles()
	}
	if e.op.Idempotent {
		op.Extensions["x-idempotent"] = true
		op.Parameters = append(op.Parameters, idempotencyParam())
	}
	if e.revalidates() {
		op.Parameters = append(op.Parameters, knownParam())
		op.Responses[strconv.Itoa(http.StatusNotModified)] = notModified()
	}
	if e.op.RequestBody != nil {
		op.SkipValidateBody = true
		op.RequestBody = &huma.RequestBody{Content: map[string]*huma.MediaType{
			typeJSON: {Schema: a.looseSchema(e)},
		}}
	}
	if e.op.Status != 0 {
		op.DefaultStatus = e.op.Status
	}
	return op
}

// looseSchema documents a body whose unknown members are ignored.
func (a *API) looseSchema(e *endpoint) *huma.Schema {
	s := *a.schemas().Schema(reflect.TypeOf(e.op.RequestBody), false, e.op.ID+"-request")
	s.AdditionalProperties = true
	return &s
}

func (a *API) components() *huma.Components { return a.huma.OpenAPI().Components }

func (a *API) schemas() huma.Registry { return a.components().Schemas }

func (e *endpoint) title() string {
	return string(unicode.ToUpper(rune(e.audience[0]))) + string(e.audience[1:])
}

// tag tells the chapters of the audiences apart: staff and customers both have
// one on appointments.
func (e *endpoint) tag() string { return e.title() + ": " + e.op.Tag }

func (e *endpoint) security() []map[string][]string {
	switch e.audience {
	case ForStaff:
		return []map[string][]string{{schemeStaff: {}}}
	case ForCustomer:
		return []map[string][]string{{schemeCustomer: {}}}
	case ForEither:
		return []map[string][]string{{schemeStaff: {}}, {schemeCustomer: {}}}
	default:
		return []map[string][]string{}
	}
}

func idempotencyParam() *huma.Param {
	one, most := 1, maxKeyLength
	return &huma.Param{
		Name: "Idempotency-Key", In: "header",
		Description: "Makes a retry safe: the same key with the same request is answered once and replayed after that.",
		Schema: &huma.Schema{
			Type: huma.TypeString, MinLength: &one, MaxLength: &most, Examples: []any{"3f6b9f0e-6a1d-4c56-9d1e-0d6a4b7c8e90"},
		},
	}
}

// document completes what huma registered: bodies that are read raw, answers
// that are no JSON, and the examples.
func (a *API) document(e *endpoint, registered huma.Operation, out reflect.Type) {
	op := operationAt(a.huma.OpenAPI().Paths[registered.Path], registered.Method)
	if op == nil {
		panic(fmt.Sprintf("api: %s %s is not in the document", registered.Method, registered.Path))
	}
	status := strconv.Itoa(e.status(out == reflect.TypeFor[None]()))
	if out == reflect.TypeFor[Raw]() {
		op.Responses[status].Content = map[string]*huma.MediaType{
			e.op.ContentType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}
	}
	if op.RequestBody != nil {
		a.documentBody(e, op.RequestBody)
	}
	for _, p := range op.Parameters {
		if p.In == "path" && p.Schema.Type == huma.TypeString && len(p.Schema.Examples) == 0 && strings.HasSuffix(p.Name, "id") {
			p.Schema.Examples = []any{exampleID}
		}
	}
	if media := jsonOf(op.Responses[status].Content); media != nil {
		// The answer is a pointer in Go, and never null.
		media.Schema = a.schemas().Schema(out, true, e.op.ID+"-answer")
		a.documentAnswer(e, media)
	}
}

// documentAnswer gives the answer its example: one of all that answer the same.
func (a *API) documentAnswer(e *endpoint, media *huma.MediaType) {
	media.Example = e.op.Example
	if media.Example != nil {
		return
	}
	example := exampler{a.schemas()}.answer(media.Schema)
	name, named := strings.CutPrefix(media.Schema.Ref, schemaPrefix)
	if !named {
		media.Example = example
		return
	}
	media.Examples = map[string]*huma.Example{name: a.sharedExample(name, &huma.Example{Value: example})}
}

func (a *API) documentBody(e *endpoint, body *huma.RequestBody) {
	if e.jsonBody && e.op.RequestBody != nil {
		delete(body.Content, typeBinary)
		body.Required = !e.op.BodyOptional // what huma reads as well
	}
	if e.audience == ForWebhook && !e.jsonBody {
		body.Content = map[string]*huma.MediaType{typeJSON: {Schema: &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}}}
		body.Required = false
	}
	if media := jsonOf(body.Content); media != nil {
		media.Example = exampler{a.schemas()}.request(media.Schema)
	}
}

func jsonOf(content map[string]*huma.MediaType) *huma.MediaType {
	if media := content[typeJSON]; media != nil && media.Schema != nil {
		return media
	}
	return nil
}

func operationAt(item *huma.PathItem, method string) *huma.Operation {
	if item == nil {
		return nil
	}
	switch method {
	case http.MethodGet:
		return item.Get
	case http.MethodPost:
		return item.Post
	case http.MethodPut:
		return item.Put
	case http.MethodPatch:
		return item.Patch
	case http.MethodDelete:
		return item.Delete
	}
	return nil
}
