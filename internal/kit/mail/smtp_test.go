package mail

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
)

func sample() Message {
	return Message{
		From:    Address{Name: "Salon Bahagia, Jakarta", Address: "no-reply@example.com"},
		To:      Address{Name: "Ana \"A\" Señora", Address: "ana@example.net"},
		ReplyTo: Address{Address: "salon@example.com"},
		Subject: "Janji temu Anda — besok",
		Text:    "Halo Ana,\r\n.besok pukul 09:00\r\n",
		HTML:    "<p>Halo Ana, <b>besok</b></p>",
		Headers: map[string]string{"List-Unsubscribe": "<https://example.com/u>"},
	}
}

func sender(t *testing.T, s *server, mode TLS) *SMTP {
	t.Helper()
	config := SMTPConfig{Host: s.Host, Port: s.Port, TLS: mode, TLSConfig: s.clientTLS()}
	config.User, config.Password, _ = strings.Cut(s.Auth, ":")
	smtp, err := NewSMTP(config)
	if err != nil {
		t.Fatal(err)
	}
	return smtp
}

func TestSendByTLSMode(t *testing.T) {
	tests := []struct {
		name      string
		server    *server
		mode      TLS
		encrypted bool
	}{
		{"in the clear", &server{StartTLS: true}, TLSNone, false},
		{"starttls", &server{StartTLS: true}, TLSStart, true},
		{"implicit", &server{Implicit: true}, TLSImplicit, true},
		{"starttls, signed in", &server{StartTLS: true, Auth: "reserva:pa:ss"}, TLSStart, true},
		{"implicit, signed in", &server{Implicit: true, Auth: "reserva:pa:ss"}, TLSImplicit, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := tt.server.start(t)
			if err := sender(t, s, tt.mode).Send(t.Context(), sample()); err != nil {
				t.Fatal(err)
			}
			got := s.Received()
			if len(got) != 1 {
				t.Fatalf("%d messages arrived", len(got))
			}
			if got[0].From != "no-reply@example.com" || got[0].To != "ana@example.net" || got[0].Encrypted != tt.encrypted {
				t.Errorf("arrived from %q to %q, encrypted %v", got[0].From, got[0].To, got[0].Encrypted)
			}
		})
	}
}

func TestMessageArrivesWhole(t *testing.T) {
	s := (&server{StartTLS: true}).start(t)
	want := sample()
	if err := sender(t, s, TLSStart).Send(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(strings.NewReader(strings.Join(s.Received()[0].Lines, "\r\n") + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	for header, want := range map[string]Address{"From": want.From, "To": want.To, "Reply-To": want.ReplyTo} {
		list, err := got.Header.AddressList(header)
		if err != nil || len(list) != 1 || *list[0] != want {
			t.Errorf("%s: %v, %v; want %v", header, list, err, want)
		}
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject")); err != nil || subject != want.Subject {
		t.Errorf("Subject: %q, %v", subject, err)
	}
	if got.Header.Get("List-Unsubscribe") != "<https://example.com/u>" || got.Header.Get("Date") == "" {
		t.Errorf("headers %v", got.Header)
	}
	if id := got.Header.Get("Message-Id"); !strings.HasSuffix(id, "@example.com>") {
		t.Errorf("Message-ID %s", id)
	}
	_, params, err := mime.ParseMediaType(got.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(got.Body, params["boundary"])
	for _, want := range []struct{ kind, body string }{{"text/plain", want.Text}, {"text/html", want.HTML}} {
		part, err := parts.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil || string(body) != want.body || !strings.HasPrefix(part.Header.Get("Content-Type"), want.kind) {
			t.Errorf("part %s: %q, %v; want %q", part.Header.Get("Content-Type"), body, err, want.body)
		}
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("a further part: %v", err)
	}
}

// A calendar entry is a form of the message after text and HTML, and a file beside them.
func TestCalendarEntryArrives(t *testing.T) {
	s := (&server{}).start(t)
	message := sample()
	message.Entry = &Entry{Method: "CANCEL", Text: "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Zo\u00eb =3D .\r\n.\r\nEND:VCALENDAR\r\n"}
	if err := sender(t, s, TLSNone).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	got, err := netmail.ReadMessage(strings.NewReader(strings.Join(s.Received()[0].Lines, "\r\n") + "\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	var walk func(kind string, body io.Reader)
	walk = func(kind string, body io.Reader) {
		media, params, err := mime.ParseMediaType(kind)
		if err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, media)
		if media == "text/calendar" && (params["method"] != "CANCEL" || !strings.EqualFold(params["charset"], "UTF-8")) {
			t.Errorf("Content-Type %s", kind)
		}
		if !strings.HasPrefix(media, "multipart/") {
			text, err := io.ReadAll(body)
			if strings.Contains(media, "calendar") || strings.Contains(media, "ics") {
				if err != nil || string(text) != message.Entry.Text {
					t.Errorf("%s: %q, %v", kind, text, err)
				}
			}
			return
		}
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if err == io.EOF {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var decoded io.Reader = part
			switch part.Header.Get("Content-Transfer-Encoding") {
			case "quoted-printable":
				decoded = quotedprintable.NewReader(part)
			case "base64":
				decoded = base64.NewDecoder(base64.StdEncoding, part)
			}
			if d := part.Header.Get("Content-Disposition"); d != "" && d != `attachment; filename="invite.ics"` {
				t.Errorf("Content-Disposition %s", d)
			}
			walk(part.Header.Get("Content-Type"), decoded)
		}
	}
	walk(got.Header.Get("Content-Type"), got.Body)
	want := "multipart/mixed multipart/alternative text/plain text/html text/calendar application/ics"
	if strings.Join(kinds, " ") != want {
		t.Errorf("parts %v, want %s", kinds, want)
	}
}

func TestSendTellsRefusalFromFailure(t *testing.T) {
	tests := []struct {
		name     string
		replies  map[string]string
		ok       bool
		rejected bool
	}{
		{"no such recipient", map[string]string{"RCPT": "550 5.1.1 <ana@example.net> unknown"}, false, true},
		{"recipient greylisted", map[string]string{"RCPT": "451 4.7.1 <ana@example.net> later"}, false, false},
		{"content refused", map[string]string{".": "554 5.6.0 no"}, false, true},
		{"server full", map[string]string{".": "452 4.3.1 full"}, false, false},
		{"sender refused", map[string]string{"MAIL": "553 5.7.1 not you"}, false, false},
		{"hangs up", map[string]string{"DATA": ""}, false, false},
		{"hangs up at the greeting", map[string]string{"EHLO": "", "HELO": ""}, false, false},
		{"hangs up after taking it", map[string]string{"QUIT": ""}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := (&server{Replies: tt.replies}).start(t)
			err := sender(t, s, TLSNone).Send(t.Context(), sample())
			if (err == nil) != tt.ok || errors.Is(err, ErrRejected) != tt.rejected {
				t.Errorf("Send: %v; want ok %v, rejected %v", err, tt.ok, tt.rejected)
			}
			if err != nil && strings.Contains(err.Error(), "ana@") {
				t.Errorf("the error repeats the recipient: %v", err)
			}
		})
	}
}

func TestSendNeedsTheEncryptionItWasTold(t *testing.T) {
	plain := (&server{}).start(t)
	if err := sender(t, plain, TLSStart).Send(t.Context(), sample()); err == nil {
		t.Error("sent in the clear to a server without STARTTLS")
	}
	stranger := (&server{StartTLS: true}).start(t)
	smtp, err := NewSMTP(SMTPConfig{Host: stranger.Host, Port: stranger.Port})
	if err != nil {
		t.Fatal(err)
	}
	if err := smtp.Send(t.Context(), sample()); err == nil {
		t.Error("sent to a server with a certificate of nobody known")
	}
	clear := (&server{Auth: "reserva:secret"}).start(t)
	if err := sender(t, clear, TLSNone).Send(t.Context(), sample()); err == nil {
		t.Error("gave the password to a server in the clear")
	}
	if n := len(plain.Received()) + len(stranger.Received()) + len(clear.Received()); n != 0 {
		t.Errorf("%d messages arrived", n)
	}
}

func TestSendRefusesAWrongPassword(t *testing.T) {
	s := (&server{StartTLS: true, Auth: "reserva:right"}).start(t)
	smtp, err := NewSMTP(SMTPConfig{
		Host: s.Host, Port: s.Port, User: "reserva", Password: "wrong", TLSConfig: s.clientTLS(),
	})
	if err != nil {
		t.Fatal(err)
	}
	err = smtp.Send(t.Context(), sample())
	if err == nil || errors.Is(err, ErrRejected) || strings.Contains(err.Error(), "wrong") {
		t.Errorf("Send: %v, want an error that may pass and does not tell the password", err)
	}
}

func TestSendHonoursTheContext(t *testing.T) {
	s := (&server{}).start(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sender(t, s, TLSNone).Send(ctx, sample()); !errors.Is(err, context.Canceled) {
		t.Errorf("Send: %v, want context.Canceled", err)
	}
}

func TestNewSMTP(t *testing.T) {
	for _, bad := range []SMTPConfig{{}, {Host: "h", TLS: "ssl"}, {Host: "h", Port: 70000}, {Host: "h", Port: -1}} {
		if _, err := NewSMTP(bad); err == nil {
			t.Errorf("NewSMTP(%+v) was accepted", bad)
		}
	}
	for mode, want := range map[TLS]int{"": 587, TLSNone: 25, TLSStart: 587, TLSImplicit: 465} {
		smtp, err := NewSMTP(SMTPConfig{Host: "h", TLS: mode})
		if err != nil || smtp.config.Port != want {
			t.Errorf("NewSMTP with TLS %q: %v, want port %d", mode, err, want)
		}
	}
}

// A file arrives as it is, under its name.
func TestFileArrives(t *testing.T) {
	s := (&server{}).start(t)
	message := sample()
	message.File = &File{Name: "INV-2026-0001.pdf", Type: "application/pdf", Bytes: []byte("%PDF-1.7\n\x00\xff.\r\n.\r\n")}
	if err := sender(t, s, TLSNone).Send(t.Context(), message); err != nil {
		t.Fatal(err)
	}
	got := strings.Join(s.Received()[0].Lines, "\n")
	for _, want := range []string{
		"Content-Type: application/pdf", `attachment; filename="INV-2026-0001.pdf"`, base64.StdEncoding.EncodeToString(message.File.Bytes),
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
}
