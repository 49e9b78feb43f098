package sms

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func gateway(t *testing.T, token string, handler http.HandlerFunc) *Gateway {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	g, err := NewGateway(server.URL+"/send", token)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGatewayPostsTheMessage(t *testing.T) {
	var method, path, contentType, authorization, body string
	g := gateway(t, "s3cret", func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		method, path, body = r.Method, r.URL.Path, string(b)
		contentType, authorization = r.Header.Get("Content-Type"), r.Header.Get("Authorization")
		w.WriteHeader(http.StatusAccepted)
	})
	if err := g.Send(t.Context(), Message{To: "+6281234567890", Text: "Your \"code\" is 123456"}); err != nil {
		t.Fatal(err)
	}
	const want = `{"to":"+6281234567890","text":"Your \"code\" is 123456"}`
	if method != http.MethodPost || path != "/send" || body != want {
		t.Errorf("sent %s %s %s, want POST /send %s", method, path, body, want)
	}
	if contentType != "application/json" || authorization != "Bearer s3cret" {
		t.Errorf("sent Content-Type %q, Authorization %q", contentType, authorization)
	}
}

func TestGatewayAnswers(t *testing.T) {
	tests := []struct {
		status       int
		ok, rejected bool
	}{
		{200, true, false},
		{204, true, false},
		{302, false, false},
		{400, false, true},
		{422, false, true},
		{401, false, false},
		{403, false, false},
		{408, false, false},
		{429, false, false},
		{500, false, false},
		{503, false, false},
	}
	for _, tt := range tests {
		g := gateway(t, "", func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "" {
				t.Error("sent an Authorization header without a token")
			}
			if r.URL.Path != "/send" {
				t.Errorf("followed the redirect to %s", r.URL.Path)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(tt.status)
			io.WriteString(w, "no route to +6281234567890")
		})
		err := g.Send(t.Context(), Message{To: "+6281234567890", Text: "hello"})
		if (err == nil) != tt.ok || errors.Is(err, ErrRejected) != tt.rejected {
			t.Errorf("status %d: %v; want ok %v, rejected %v", tt.status, err, tt.ok, tt.rejected)
		}
		if err != nil && strings.Contains(err.Error(), "6281234567890") {
			t.Errorf("status %d: the error repeats the number: %v", tt.status, err)
		}
	}
}

func TestGatewayHonoursTheContext(t *testing.T) {
	g := gateway(t, "", func(http.ResponseWriter, *http.Request) {})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := g.Send(ctx, Message{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Send: %v, want context.Canceled", err)
	}
}

func TestNewGatewayRefusesWhatIsNoAddress(t *testing.T) {
	for _, bad := range []string{"", "sms.example.com/send", "ftp://example.com", "http://", "://x"} {
		if _, err := NewGateway(bad, "t"); err == nil {
			t.Errorf("NewGateway(%q) was accepted", bad)
		}
	}
}
