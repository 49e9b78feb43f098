package world

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
)

// Prefix is above the paths of all operations.
const Prefix = "/api/v1"

// Document is the server's description of itself.
type Document struct {
	spec       *openapi3.T
	Operations []Operation
}

// Operation is one of the endpoints that the document describes.
type Operation struct {
	Method, Path string // the path below Prefix, with {parameters}
	Audience     string
	Permission   string
	Roles        []string
	Spec         *openapi3.Operation

	segments []string
}

func (o Operation) String() string { return o.Method + " " + o.Path }

// described holds the document of this process's servers, which are all alike.
var described = struct {
	once     sync.Once
	document *Document
	err      error
}{}

// Describe reads the document from a server.
func Describe(server http.Handler) (*Document, error) {
	described.once.Do(func() { described.document, described.err = read(server) })
	return described.document, described.err
}

func read(server http.Handler) (*Document, error) {
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/openapi-3.0.json", nil))
	if recorder.Code != http.StatusOK {
		return nil, fmt.Errorf("the document: status %d", recorder.Code)
	}
	spec, err := openapi3.NewLoader().LoadFromData(recorder.Body.Bytes())
	if err != nil {
		return nil, fmt.Errorf("the document: %w", err)
	}
	d := &Document{spec: spec}
	for _, path := range slices.Sorted(maps.Keys(spec.Paths.Map())) {
		operations := spec.Paths.Value(path).Operations()
		for _, method := range slices.Sorted(maps.Keys(operations)) {
			d.Operations = append(d.Operations, newOperation(method, strings.TrimPrefix(path, Prefix), operations[method]))
		}
	}
	return d, nil
}

func newOperation(method, path string, spec *openapi3.Operation) Operation {
	o := Operation{Method: method, Path: path, Spec: spec, segments: strings.Split(path, "/")}
	o.Audience, _ = spec.Extensions["x-audience"].(string)
	o.Permission, _ = spec.Extensions["x-permission"].(string)
	roles, _ := spec.Extensions["x-roles"].([]any)
	for _, role := range roles {
		o.Roles = append(o.Roles, fmt.Sprint(role))
	}
	return o
}

// find is the operation that a request goes to: the one with the fewest parameters.
func (d *Document) find(method, path string) (Operation, bool) {
	rest, ours := strings.CutPrefix(path, Prefix)
	if !ours {
		return Operation{}, false
	}
	segments := strings.Split(rest, "/")
	best, found := Operation{}, -1
	for _, o := range d.Operations {
		if o.Method != method || len(o.segments) != len(segments) {
			continue
		}
		exact := 0
		for i, segment := range o.segments {
			switch {
			case segment == segments[i]:
				exact++
			case !strings.HasPrefix(segment, "{"):
				exact = -len(segments) - 1
			}
		}
		if exact >= 0 && exact > found {
			best, found = o, exact
		}
	}
	return best, found >= 0
}

// Inspect compares an answer with the document: its status, its body's shape, and
// the code of its error.
func (d *Document) Inspect(method, path string, a testkit.Answer) []string {
	o, ok := d.find(method, path)
	if !ok || a.Status == http.StatusMethodNotAllowed {
		return nil
	}
	described := o.Spec.Responses.Status(a.Status)
	if described == nil {
		return []string{fmt.Sprintf("%s does not document the status %d: %s", o, a.Status, a.Body)}
	}
	media := described.Value.Content.Get("application/json")
	if media == nil || len(a.Body) == 0 {
		return nil
	}
	var body any
	if err := json.Unmarshal(a.Body, &body); err != nil {
		return []string{fmt.Sprintf("the body is not JSON: %v: %s", err, a.Body)}
	}
	if err := media.Schema.Value.VisitJSON(body, openapi3.VisitAsResponse()); err != nil {
		return []string{fmt.Sprintf("%s answers another shape than it documents with %d: %v", o, a.Status, firstLine(err))}
	}
	return d.inspectCode(o, media, a.Status, body)
}

func (d *Document) inspectCode(o Operation, media *openapi3.MediaType, status int, body any) []string {
	object, ok := body.(map[string]any)
	if !ok || status < 400 || o.Audience == "guest" {
		return nil
	}
	// Why a token is refused is said by whoever knows the tokens, not by the endpoint.
	if status == http.StatusUnauthorized && signedIn(o) {
		return nil
	}
	code, ok := object["code"].(string)
	if _, documented := media.Examples[code]; ok && !documented {
		return []string{fmt.Sprintf("%s does not document the code %s among its %s", o, code, strconv.Itoa(status))}
	}
	return nil
}

func signedIn(o Operation) bool {
	return o.Audience == "staff" || o.Audience == "customer" || o.Audience == "either"
}

func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}
