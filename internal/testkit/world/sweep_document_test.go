package world_test

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestUnknownMembersOfBodies(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		body := sample(o, s.mine.ids)
		if body == nil {
			continue
		}
		body["zz_unknown"] = true
		a := s.Send(testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Body: body, Header: s.named(o)})
		named := strings.Contains(string(a.Body), "zz_unknown")
		switch o.Audience {
		case "guest", "webhook":
			if named || a.Status == http.StatusUnprocessableEntity {
				t.Errorf("%s refuses a member that it does not know: %d %s", o, a.Status, a.Body)
			}
		default:
			if a.Status != http.StatusUnprocessableEntity || !named || !strings.Contains(string(a.Body), "extra_forbidden") {
				t.Errorf("%s accepts a member that it does not know: %d %s", o, a.Status, a.Body)
			}
		}
	}
}

// Whoever copies a documented request, and puts ids of his own into it, is not told
// that it is wrong.
func TestExamplesAreAcceptable(t *testing.T) {
	t.Parallel()
	s := newSweep(t)
	for _, o := range s.Operations {
		body := sample(o, s.mine.ids)
		if body == nil || o.Audience == "webhook" || strings.HasSuffix(o.Path, "/logout") || strings.HasSuffix(o.Path, "password") {
			continue // a provider's body is its own; the others end the sessions of this test
		}
		a := s.Send(testkit.Request{As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Body: body, Header: s.named(o)})
		if a.Status == http.StatusUnprocessableEntity || a.Status >= 500 || signedIn(o) && a.Status == http.StatusUnauthorized {
			t.Errorf("%s refuses its own example: %d %s", o, a.Status, a.Body)
		}
	}
}

func TestEverythingIsDocumented(t *testing.T) {
	t.Parallel()
	document, err := world.Describe(world.New(t).Handler)
	if err != nil {
		t.Fatal(err)
	}
	audiences := []string{"staff", "customer", "either", "public", "guest", "webhook"}
	ids := map[string]bool{}
	for _, o := range document.Operations {
		spec := o.Spec
		if ids[spec.OperationID] || spec.OperationID == "" {
			t.Errorf("%s: operation id %q is taken or empty", o, spec.OperationID)
		}
		ids[spec.OperationID] = true
		if spec.Summary == "" || spec.Description == "" || len(spec.Tags) == 0 || !slices.Contains(audiences, o.Audience) {
			t.Errorf("%s: summary %q, description %q, tags %v, audience %q", o, spec.Summary, spec.Description, spec.Tags, o.Audience)
		}
		// A form with a file has its example member by member.
		if spec.RequestBody != nil && spec.RequestBody.Value.Content["multipart/form-data"] == nil {
			checkExample(t, o, "request", spec.RequestBody.Value.Content.Get("application/json"))
		}
		checkPath(t, o)
		checkAnswers(t, o)
	}
}

// checkPath finds parameters that are in the path and not in the handler's input.
func checkPath(t *testing.T, o world.Operation) {
	t.Helper()
	for segment := range strings.SplitSeq(o.Path, "/") {
		name, isParameter := strings.CutPrefix(segment, "{")
		if name = strings.TrimSuffix(name, "}"); isParameter && o.Spec.Parameters.GetByInAndName("path", name) == nil {
			t.Errorf("%s: nothing reads the parameter %s (is it in an embedded struct that is not exported?)", o, name)
		}
	}
}

func checkAnswers(t *testing.T, o world.Operation) {
	t.Helper()
	successes := 0
	for status, response := range o.Spec.Responses.Map() {
		media := response.Value.Content.Get("application/json")
		if strings.HasPrefix(status, "2") {
			successes++
			if media != nil {
				checkExample(t, o, "answer", media)
			}
			continue
		}
		if strings.HasPrefix(status, "3") && len(response.Value.Content) == 0 {
			continue
		}
		if media == nil || len(media.Examples) == 0 {
			t.Errorf("%s: the status %s has no example", o, status)
			continue
		}
		for name, example := range media.Examples {
			if err := media.Schema.Value.VisitJSON(example.Value.Value, openapi3.VisitAsResponse()); err != nil {
				t.Errorf("%s: the example %s of %s is not of its schema: %v", o, name, status, err)
			}
		}
	}
	if successes == 0 {
		t.Errorf("%s documents no success", o)
	}
	wanted := []int{http.StatusTooManyRequests, http.StatusInternalServerError}
	switch o.Audience {
	case "staff", "customer":
		wanted = append(wanted, http.StatusUnauthorized, http.StatusForbidden)
	case "either":
		wanted = append(wanted, http.StatusUnauthorized)
	}
	if o.Spec.RequestBody != nil {
		wanted = append(wanted, http.StatusRequestEntityTooLarge)
		if o.Audience != "guest" && o.Audience != "webhook" {
			wanted = append(wanted, http.StatusBadRequest, http.StatusUnprocessableEntity)
		}
	}
	for _, status := range wanted {
		if o.Spec.Responses.Status(status) == nil {
			t.Errorf("%s does not document the status %s", o, strconv.Itoa(status))
		}
	}
}

func checkExample(t *testing.T, o world.Operation, of string, media *openapi3.MediaType) {
	t.Helper()
	if media == nil || media.Example == nil && len(media.Examples) == 0 {
		t.Errorf("%s: the %s has no example", o, of)
		return
	}
	examples := map[string]any{}
	if media.Example != nil {
		examples["inline"] = media.Example
	}
	for name, example := range media.Examples {
		examples[name] = example.Value.Value
	}
	options := []openapi3.SchemaValidationOption{openapi3.VisitAsResponse()}
	if of == "request" {
		options = []openapi3.SchemaValidationOption{openapi3.VisitAsRequest()}
	}
	for name, example := range examples {
		if err := media.Schema.Value.VisitJSON(example, options...); err != nil {
			t.Errorf("%s: the example %s of the %s is not of its schema: %v", o, name, of, err)
		}
	}
}

// Whoever sends a password may find the server too busy to look at it, and is told so
// in the document.
func TestWhereAPasswordIsSentAServerMayBeBusy(t *testing.T) {
	t.Parallel()
	document, err := world.Describe(world.New(t).Handler)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, o := range document.Operations {
		if !slices.ContainsFunc(spots(o), func(s spot) bool { return strings.Contains(s.name(), "password") }) {
			continue
		}
		found++
		busy := o.Spec.Responses.Status(http.StatusServiceUnavailable)
		if busy == nil || busy.Value.Content.Get("application/json").Examples["auth.busy"] == nil {
			t.Errorf("%s takes a password and does not document auth.busy", o)
		}
	}
	if found < 13 {
		t.Errorf("only %d operations take a password", found)
	}
}
