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
		s := newScanner(clean)
		if err := s.value([]any{"body"}); err != nil || s.repeated {
			t.Errorf("%q is not clean: %v", clean, err)
		}
	})
}

// Text is what was sent: what Go would replace while decoding is refused.
func TestHalvesOfCharacters(t *testing.T) {
	t.Parallel()
	for body, fine := range map[string]bool{
		`"\ud83d\ude00"`: true, `"\uD83D\uDE00 \ud83d\ude00"`: true, `"\ufffd"`: true, `"\\ud83d \ufffd"`: true, "\"\ufffd\"": true,
		`"\ud83d"`: false, `"\ude00"`: false, `"\ude00\ud83d"`: false, `"\ud83d\u0041"`: false, `"\ud83d\n"`: false,
		`"\ud83d\ud83d\ude00"`: false, `{"a":["x","\uDFFF"]}`: false, `{"\ud83d":1}`: false, `"\ufffd\ud83d"`: false,
	} {
		if _, err := cleanJSON([]byte(body)); (err == nil) != fine {
			t.Errorf("%s: %v", body, err)
		}
	}
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
