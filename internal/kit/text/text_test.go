package text_test

import (
	"errors"
	"strings"
	"testing"

	"reserva/internal/kit/text"
)

func TestLine(t *testing.T) {
	for raw, want := range map[string]string{
		"  Bella Vista ":     "Bella Vista",
		"<b>Ünïcode</b> 美容室": "<b>Ünïcode</b> 美容室",
		"":                   "",
	} {
		got, err := text.Line(raw)
		if err != nil || got != want {
			t.Errorf("Line(%q) = %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{"a\nb", "a\r\nBcc: x", "a\x00b", "a\tb", "a\u2028b", "a\u0085b"} {
		if _, err := text.Line(raw); !errors.Is(err, text.ErrControl) {
			t.Errorf("Line(%q) must be refused, got %v", raw, err)
		}
	}
}

func TestEmail(t *testing.T) {
	for raw, want := range map[string]string{
		" Admin@BellaVista.com ": "admin@bellavista.com",
		"a.b+c@mail.example.co":  "a.b+c@mail.example.co",
	} {
		got, err := text.Email(raw)
		if err != nil || got != want {
			t.Errorf("Email(%q) = %q, %v", raw, got, err)
		}
	}
	for _, raw := range []string{
		"", "x", "x@", "@x.com", "x@localhost", "Ann <ann@x.com>", "a b@x.com", "a@x..com", "a@-x.com", "a@x-.com",
		"a@x.com\r\nBcc: b@x.com", "a,b@x.com", `"a b"@x.com`, "ü@x.com", "a@[127.0.0.1]",
		strings.Repeat("a", 65) + "@x.com", "a@" + strings.Repeat("x", 250) + ".com",
	} {
		if got, err := text.Email(raw); !errors.Is(err, text.ErrEmail) {
			t.Errorf("Email(%q) = %q, %v", raw, got, err)
		}
	}
}

func FuzzEmail(f *testing.F) {
	f.Add("admin@bellavista.com")
	f.Add("a@b.c\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := text.Email(raw)
		if err != nil {
			return
		}
		if again, err := text.Email(got); err != nil || again != got {
			t.Errorf("Email is not stable: %q gives %q, %q, %v", raw, got, again, err)
		}
		if strings.ContainsAny(got, " \r\n<>,;\x00") {
			t.Errorf("Email(%q) = %q", raw, got)
		}
	})
}
