package testkit

import "testing"

func TestDifferences(t *testing.T) {
	t.Parallel()
	const body = `{"id":"a1","total":150000,"items":[{"name":"Cut","price":86.40}],"note":null}`
	cases := []struct {
		name, want string
		finds      int
	}{
		{"nothing wanted", ``, 0},
		{"some members", `{"id":"a1","total":150000}`, 0},
		{"the same number otherwise written", `{"total":1.5e5,"items":[{"price":86.4}]}`, 0},
		{"anything", `{"id":"*","items":"*"}`, 0},
		{"null", `{"note":null}`, 0},
		{"an absent member as null", `{"deleted":null}`, 0},
		{"anything where null is", `{"note":"*"}`, 1},
		{"another value", `{"id":"a2"}`, 1},
		{"a number as text", `{"total":"150000"}`, 1},
		{"two at once", `{"id":"a2","total":1}`, 2},
		{"too few elements", `{"items":[]}`, 1},
		{"too many elements", `{"items":[{},{}]}`, 1},
		{"a deep value", `{"items":[{"name":"Cur"}]}`, 1},
		{"an absent member", `{"deleted":true}`, 1},
		{"a list for an object", `[]`, 1},
		{"a piece of text", `"name":"Cut"`, 0},
		{"text that is not there", `Curl`, 1},
		{"a broken expectation", `{"id":`, 1},
	}
	for _, c := range cases {
		if got := differences([]byte(body), c.want); len(got) != c.finds {
			t.Errorf("%s: found %v, want %d differences", c.name, got, c.finds)
		}
	}
	if got := differences([]byte(`<p>`), `{}`); len(got) != 1 {
		t.Errorf("an answer that is not JSON: %v", got)
	}
}

func TestFollow(t *testing.T) {
	t.Parallel()
	a := Answer{t: t, Body: []byte(`{"items":[{"id":"x","n":3,"null":null}]}`)}
	if a.Text("items.0.id") != "x" || a.Text("items.0.n") != "3" || a.Len("items") != 1 {
		t.Error("a value was not found")
	}
	for _, path := range []string{"items.1", "items.x", "none", "items.0.id.more", "items.0.null"} {
		if a.Has(path) {
			t.Errorf("%s was found", path)
		}
	}
}
