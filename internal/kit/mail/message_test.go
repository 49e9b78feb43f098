package mail

import (
	"errors"
	"strings"
	"testing"
)

func TestNormalise(t *testing.T) {
	tests := []struct{ in, want string }{
		{"ana@example.com", "ana@example.com"},
		{"  Ana.B+salon@Example.CO.id ", "ana.b+salon@example.co.id"},
		{"o'neil_x@sub-domain.example.org", "o'neil_x@sub-domain.example.org"},
		{"", ""},
		{"ana", ""},
		{"ana@", ""},
		{"@example.com", ""},
		{"ana@localhost", ""},
		{"ana@@example.com", ""},
		{"ana@exa_mple.com", ""},
		{"ana..b@example.com", ""},
		{"ana@example..com", ""},
		{"ana@example.com.", ""},
		{"Ana <ana@example.com>", ""},
		{"<ana@example.com>", ""},
		{"ana@example.com, bob@example.com", ""},
		{"ana b@example.com", ""},
		{`"ana b"@example.com`, ""},
		{"ana@[127.0.0.1]", ""},
		{"ana@example.com\r\nBcc: bob@example.com", ""},
		{"ána@example.com", ""},
		{"ana@example.com\u212a", ""},
		{strings.Repeat("a", 65) + "@example.com", ""},
		{"a@" + strings.Repeat("b.", 130) + "com", ""},
	}
	for _, tt := range tests {
		got, err := Normalise(tt.in)
		if got != tt.want || (tt.want == "") != errors.Is(err, ErrAddress) {
			t.Errorf("Normalise(%q) = %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
}

func TestMask(t *testing.T) {
	for in, want := range map[string]string{"ana@example.com": "a***@example.com", "a@b.c": "a***@b.c", "": "***", "@x": "***"} {
		if got := Mask(in); got != want {
			t.Errorf("Mask(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestValidateRefusesInjection(t *testing.T) {
	const break1 = "x\r\nBcc: eve@example.com"
	changes := map[string]func(*Message){
		"subject, CRLF":     func(m *Message) { m.Subject = break1 },
		"subject, LF":       func(m *Message) { m.Subject = "x\nBcc: eve@example.com" },
		"subject, CR":       func(m *Message) { m.Subject = "x\rBcc: eve@example.com" },
		"sender's name":     func(m *Message) { m.From.Name = break1 },
		"recipient's name":  func(m *Message) { m.To.Name = break1 },
		"sender":            func(m *Message) { m.From.Address = "a@example.com\r\nBcc: eve@example.com" },
		"recipient":         func(m *Message) { m.To.Address = "a@example.com\nBcc: eve@example.com" },
		"trailing break":    func(m *Message) { m.To.Address += "\n" },
		"two recipients":    func(m *Message) { m.To.Address += ", eve@example.com" },
		"no recipient":      func(m *Message) { m.To = Address{} },
		"reply-to":          func(m *Message) { m.ReplyTo.Address = "eve" },
		"reply-to's name":   func(m *Message) { m.ReplyTo.Name = break1 },
		"header's value":    func(m *Message) { m.Headers = map[string]string{"X-A": break1} },
		"header's name":     func(m *Message) { m.Headers = map[string]string{"X-A: 1\r\nBcc": "eve@example.com"} },
		"header with colon": func(m *Message) { m.Headers = map[string]string{"X:A": "1"} },
		"empty header":      func(m *Message) { m.Headers = map[string]string{"": "1"} },
		"bcc":               func(m *Message) { m.Headers = map[string]string{"bCC": "eve@example.com"} },
		"content type":      func(m *Message) { m.Headers = map[string]string{"Content-Type": "text/html"} },
		"no text":           func(m *Message) { m.Text = "" },
		"file, injected":    func(m *Message) { m.File = &File{Name: "a.pdf\r\nBcc: eve@example.com", Type: "application/pdf"} },
		"entry, injected":   func(m *Message) { m.Entry = &Entry{Method: "REQUEST\r\nBcc: eve@example.com", Text: "x"} },
		"entry, parameter":  func(m *Message) { m.Entry = &Entry{Method: "REQUEST; x=y", Text: "x"} },
		"entry, no method":  func(m *Message) { m.Entry = &Entry{Text: "x"} },
		"entry, no text":    func(m *Message) { m.Entry = &Entry{Method: "REQUEST"} },
	}
	s := (&server{}).start(t)
	smtp := sender(t, s, TLSNone)
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			m := sample()
			change(&m)
			if err := smtp.Send(t.Context(), m); !errors.Is(err, ErrMessage) {
				t.Errorf("Send: %v, want ErrMessage", err)
			}
		})
	}
	if got := s.Received(); len(got) != 0 {
		t.Errorf("%d messages arrived: %v", len(got), got)
	}
	if err := sample().Validate(); err != nil {
		t.Errorf("the sample itself: %v", err)
	}
}

func FuzzNormalise(f *testing.F) {
	f.Add("ana@example.com")
	f.Add("Ana.B+salon@Example.CO.id")
	f.Add("\"a b\"@example.com")
	f.Fuzz(func(t *testing.T, s string) {
		address, err := Normalise(s)
		if err != nil {
			return
		}
		if again, err := Normalise(address); err != nil || again != address {
			t.Fatalf("Normalise(%q) = %q, which normalises to %q, %v", s, address, again, err)
		}
		if strings.ContainsAny(address, "\r\n <>,;\"") || strings.Count(address, "@") != 1 {
			t.Fatalf("Normalise(%q) = %q", s, address)
		}
	})
}
