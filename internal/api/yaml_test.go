package api

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestYAML(t *testing.T) {
	long := strings.Repeat("word ", 40) + "end"
	many := `["` + strings.Repeat(`something_to_say","`, 9) + `end"]`
	for _, c := range []struct{ name, json, want string }{
		{"what it is comes first", `{"a":1,"openapi":"3.1.0"}`, "openapi: 3.1.0\na: 1\n"},
		{"what could be something else is quoted", `{"x":["no","null","1","a: b","#","","-","a","a b","1.20","2026-04-10","~","a,b","a's","a-b","$ref","ü"]}`,
			`x: ["no", "null", "1", "a: b", "#", "", "-", a, a b, "1.20", "2026-04-10", "~", "a,b", "a's", a-b, $ref, "ü"]` + "\n"},
		{"numbers stay as they are", `{"x":[1,1.50,true,null,12345678901234567890]}`, "x: [1, 1.50, true, null, 12345678901234567890]\n"},
		{"empty", `{"a":{},"b":[]}`, "a: {}\nb: []\n"},
		{"long texts stay on their line", `{"a":"` + long + `"}`, "a: " + long + "\n"},
		{"long maps are blocks", `{"a":[{"b":"` + long + `","c":{"d":1}}]}`, "a:\n  - b: " + long + "\n    c: {d: 1}\n"},
		{"long lists of words are paragraphs", `{"a":` + many + `}`,
			"a:\n  [" + strings.Repeat("something_to_say, ", 6) + "something_to_say,\n   something_to_say, something_to_say, end]\n"},
		{"lines", `{"a":"One: two\n\nthree # four"}`, "a: |-\n  One: two\n\n  three # four\n"},
		{"lines that would lose something", `{"a":" one\ntwo","b":"one\n"}`, "a: \" one\\ntwo\"\nb: \"one\\n\"\n"},
	} {
		got, err := toYAML([]byte(c.json))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if _, err := toYAML([]byte("{")); err == nil {
		t.Error("half a document has no error")
	}
}
