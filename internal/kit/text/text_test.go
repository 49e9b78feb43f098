package text_test

import (
	"errors"
	"testing"

	"reserva/internal/kit/text"
)

func TestLine(t *testing.T) {
	for raw, want := range map[string]string{
		"  Bella Vista ":     "Bella Vista",
		"<b>Ünïcode</b> 美容室": "<b>Ünïcode</b> 美容室",
		"مريم":               "مريم",
		"":                   "",
	} {
		got, err := text.Line(raw)
		if err != nil || got != want {
			t.Errorf("Line(%q) = %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"a\nb", "a\r\nBcc: x", "a\x00b", "a\tb", "a\u2028b", "a\u0085b", "a\u202eb", "a\u2067b"} {
		if _, err := text.Line(raw); !errors.Is(err, text.ErrControl) {
			t.Errorf("Line(%q) must be refused, got %v", raw, err)
		}
	}
}

func TestLengthCountsCharacters(t *testing.T) {
	if got := text.Length("美容室"); got != 3 {
		t.Errorf("Length = %d", got)
	}
}
