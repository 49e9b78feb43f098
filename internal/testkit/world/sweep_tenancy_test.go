package world_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// A place is where a request names something by id; in a body, where to find it.
type place struct {
	in, name string
	at       []string
}

func places(o world.Operation) []place {
	var found []place
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if isID(p.Name) && (p.In == "path" || p.In == "query") || p.In == "path" && p.Name == "id" {
			found = append(found, place{in: p.In, name: p.Name})
		}
	}
	if o.Spec.RequestBody != nil {
		if media := o.Spec.RequestBody.Value.Content.Get("application/json"); media != nil {
			found = append(found, members(media.Schema, nil)...)
		}
	}
	return found
}

// notOurs are names that end like ids and are what others call something.
var notOurs = []string{"employee_id", "client_id", "provider_payment_id", "paper_invoice_id"}

func isID(name string) bool {
	if slices.Contains(notOurs, name) {
		return false
	}
	return strings.HasSuffix(name, "_id") || strings.HasSuffix(name, "_ids") || sameAs[name] != ""
}

// keyed members are objects with ids for keys.
const keyed = "outlet_prices"

// members finds the ids anywhere in a body's schema.
func members(schema *openapi3.SchemaRef, at []string) []place {
	if schema == nil || schema.Value == nil || len(at) > 6 {
		return nil
	}
	var found []place
	for _, name := range slices.Sorted(maps.Keys(schema.Value.Properties)) {
		inner := schema.Value.Properties[name]
		here := append(slices.Clone(at), name)
		switch {
		case isID(name):
			found = append(found, place{"body", name, here})
		case inner.Value != nil && inner.Value.Items != nil:
			found = append(found, members(inner.Value.Items, append(here, "0"))...)
		default:
			found = append(found, members(inner, here)...)
		}
	}
	for _, part := range slices.Concat(schema.Value.AllOf, schema.Value.AnyOf, schema.Value.OneOf) {
		found = append(found, members(part, at)...)
	}
	return found
}

// put sets an id in a body, in a list of its own where the member is a list.
func put(body any, at []string, value string) any {
	if len(at) == 0 {
		return value
	}
	if at[0] == "0" {
		list, _ := body.([]any)
		if len(list) == 0 {
			return []any{put(nil, at[1:], value)}
		}
		list = slices.Clone(list)
		list[0] = put(list[0], at[1:], value)
		return list
	}
	object, _ := body.(map[string]any)
	object = maps.Clone(object)
	if object == nil {
		object = map[string]any{}
	}
	switch name := at[0]; {
	case name == keyed:
		object[name] = map[string]any{value: "120000"}
	case len(at) == 1 && (strings.HasSuffix(name, "_ids") || name == "preferred_services" || name == "assigned_staff"):
		object[name] = []any{value}
	default:
		object[name] = put(object[name], at[1:], value)
	}
	return object
}

// ask makes the documented request with all of our own ids but one.
func (s *sweep) ask(o world.Operation, p place, value string) testkit.Answer {
	r := aim(o, p, s.mine.ids, value)
	r.As = s.token(o)
	return s.Send(r)
}

// aim is the documented request with these ids, and another value in one place.
func aim(o world.Operation, p place, ids map[string]string, value string) testkit.Request {
	inPath := maps.Clone(ids)
	query := strings.Replace(requiredQuery(o, "", ids), "&", "?", 1)
	body := orNil(sample(o, ids))
	switch p.in {
	case "path":
		inPath[p.name] = value
	case "query":
		query = "?" + p.name + "=" + value + requiredQuery(o, p.name, ids)
	case "body":
		body = put(alone(body, p), p.at, value)
	}
	r := testkit.Request{Method: o.Method, Path: path(o, inPath) + query, Body: body}
	if text, isForm := form(o); isForm {
		r.Body, r.Header = text, testkit.Object{"Content-Type": "multipart/form-data; boundary=sweep"}
	}
	return r
}

// form is a body with the documented examples of a form's fields, and the smallest of
// pictures for files.
func form(o world.Operation) (text string, isForm bool) {
	if o.Spec.RequestBody == nil {
		return "", false
	}
	media := o.Spec.RequestBody.Value.Content.Get("multipart/form-data")
	if media == nil || media.Schema == nil {
		return "", false
	}
	for name, field := range media.Schema.Value.Properties {
		text += "--sweep\r\nContent-Disposition: form-data; name=\"" + name + "\""
		if field.Value.Format == "binary" {
			text += "; filename=\"dot.gif\"\r\nContent-Type: image/gif\r\n\r\n" + dot + "\r\n"
		} else {
			text += fmt.Sprintf("\r\n\r\n%v\r\n", field.Value.Example)
		}
	}
	return text + "--sweep--\r\n", true
}

// dot is a GIF of one pixel.
const dot = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// alone takes from a body what would be refused before the id in the place is looked at:
// the same id elsewhere, which has to agree with it, and credit of a package that
// nobody has.
func alone(body any, p place) any {
	switch body := body.(type) {
	case map[string]any:
		body = maps.Clone(body)
		maps.DeleteFunc(body, func(name string, _ any) bool { return name == p.name || name == "customer_package_id" })
		for name, value := range body {
			body[name] = alone(value, p)
		}
		return body
	case []any:
		body = slices.Clone(body)
		for i := range body {
			body[i] = alone(body[i], p)
		}
		return body
	}
	return body
}

// requiredQuery are the parameters without which nothing is looked up.
func requiredQuery(o world.Operation, except string, ids map[string]string) string {
	var query strings.Builder
	for _, parameter := range o.Spec.Parameters {
		p := parameter.Value
		if p.In != "query" || !p.Required || p.Name == except {
			continue
		}
		value := ids[p.Name]
		if value == "" {
			value = example(p)
		}
		query.WriteString("&" + p.Name + "=" + value)
	}
	return query.String()
}

// A malformed id in a path names nothing, whatever is done to it. The number of a log
// entry is no id, and of one's own account the outlets are not looked at.
func TestMalformedIdsNameNothing(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		for _, p := range places(o) {
			if p.in != "path" || !signedIn(o) || p.name == "log_id" {
				continue
			}
			for _, malformed := range []string{"nonsense", "%00", "'%3B--", strings.Repeat("f", 25), "FFFFFFFFFFFFFFFFFFFFFFFF"} {
				a := s.ask(o, p, malformed)
				if a.Status/100 != 4 || malformed != "%00" && a.Status != 404 && p.name != "tenant_id" && a.Text("code") != "user.self" {
					t.Errorf("%s with %s %q: status %d: %s", o, p.name, malformed, a.Status, a.Body)
				}
			}
		}
	}
}
