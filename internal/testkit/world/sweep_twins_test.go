package world_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// What makes something, and whatever is done with money, can be asked for again
// without harm.
func TestWhatCreatesTakesKeys(t *testing.T) {
	t.Parallel()
	document, err := world.Describe(world.New(t).Handler)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, o := range document.Operations {
		if o.Method != "POST" || o.Audience == "webhook" { // providers' callbacks are known by their content
			continue
		}
		money := slices.ContainsFunc(o.Spec.Tags, func(tag string) bool {
			return strings.Contains(tag, "ayment") || strings.Contains(tag, "ithdrawal")
		})
		if o.Spec.Responses.Value("201") == nil && !money {
			continue
		}
		found++
		if o.Spec.Extensions["x-idempotent"] != true {
			t.Errorf("%s makes something and takes no Idempotency-Key", o)
		}
		if o.Spec.Parameters.GetByInAndName("header", "Idempotency-Key") == nil {
			t.Errorf("%s does not document Idempotency-Key", o)
		}
	}
	if found < 10 {
		t.Errorf("only %d operations make something", found)
	}
}

// Two servers get the same request with the same key at once: it has one effect, and
// both answer with it. A third attempt is answered so as well, until the key is old.
func TestTwinsAtTwoServersHaveOneEffect(t *testing.T) {
	t.Parallel()
	one, other := world.Two(t)
	s := sweepOf(t, one)
	s.mine.ids["appointment_date"], s.mine.ids["bookingDate"] = s.Day(3), s.Day(3)
	servers := []*testkit.World{one.For(t), other.For(t)}
	tried := 0
	for _, o := range s.Operations {
		if o.Spec.Extensions["x-idempotent"] != true {
			continue
		}
		request := testkit.Request{
			As: s.token(o), Method: o.Method, Path: path(o, s.mine.ids), Body: orNil(sample(o, s.mine.ids)), Header: maps.Clone(s.named(o)),
		}
		if request.Header == nil {
			request.Header = testkit.Object{}
		}
		request.Header["Idempotency-Key"] = "twins-" + o.Spec.OperationID
		answers := make([]testkit.Answer, 4)
		var twins sync.WaitGroup
		for i := range answers {
			twins.Go(func() { answers[i] = servers[i%2].Send(request) })
		}
		twins.Wait()
		if answers[0].Status/100 != 2 {
			continue // its example needs more than this test has; the feature's own tests do
		}
		tried++
		answers = append(answers, servers[0].Send(request), servers[1].Send(request))
		did := 0
		for _, a := range answers {
			if a.Header.Get("Idempotency-Replayed") == "" {
				did++
			}
			if a.Status != answers[0].Status || !bytes.Equal(a.Body, answers[0].Body) ||
				a.Header.Get("Content-Type") != answers[0].Header.Get("Content-Type") {
				t.Errorf("%s: %d %s\nand %d %s", o, answers[0].Status, answers[0].Body, a.Status, a.Body)
			}
		}
		if did != 1 {
			t.Errorf("%s was done %d times", o, did)
		}
	}
	if tried < 7 {
		t.Errorf("only %d operations were tried", tried)
	}
}

// A key is good for a day. After that the request is a new one.
func TestKeysGrowOld(t *testing.T) {
	t.Parallel()
	one, other := world.Two(t)
	salon := one.Salon()
	request := testkit.Request{
		As: salon.Admin, Method: "POST", Path: "/services", Header: testkit.Object{"Idempotency-Key": "once"},
		Body: testkit.Object{
			"name": "Shave", "category": "hair", "duration_minutes": 30, "pricing": testkit.Object{"base_price": 50000, "currency": "IDR"},
		},
	}
	first := one.Send(request)
	one.Advance(23 * 3600e9)
	salon.Admin = salon.SignIn(salon.Email)
	request.As = salon.Admin
	if again := other.Send(request); again.Status != 201 || again.Text("id") != first.Text("id") {
		t.Errorf("within a day: %d %s", again.Status, again.Body)
	}
	one.Advance(2 * 3600e9)
	request.As = salon.SignIn(salon.Email)
	one.Every("idempotency.tidy")
	if later := other.Send(request); later.Status != 201 || later.Text("id") == first.Text("id") {
		t.Errorf("after a day: %d %s", later.Status, later.Body)
	}
}
