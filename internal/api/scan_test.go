package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What passes is JSON, means what it meant before, and says everything once.
func FuzzCleanJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `"x"`, `[1,2,{"a":[]}]`, `{"a":1,"a":{"b":2},"a":[3]}`, `{"a":{"b":1,"b":2}}`, `{"a":1e400}`, `{"é":"\ud800"}`,
		`{"a":"\u0000"}`, strings.Repeat("[", 40) + strings.Repeat("]", 40), ` {"a" : 0.10} `, `{"a":12345678901234567890}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		clean, err := cleanJSON(body)
		if err != nil {
			return
		}
		if diff := cmp.Diff(decoded(t, body), decoded(t, clean)); diff != "" {
			t.Errorf("%q became %q: %s", body, clean, diff)
		}
		s := scanner{decoder: json.NewDecoder(bytes.NewReader(clean))}
		s.decoder.UseNumber()
		if err := s.value([]any{"body"}); err != nil || s.repeated {
			t.Errorf("%q is not clean: %v", clean, err)
		}
	})
}

func decoded(t *testing.T, body []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}
