package paperid_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"reserva/internal/billing/paperid"
)

func TestNewRefusesBadConfiguration(t *testing.T) {
	good := paperid.Config{BaseURL: "https://open-api.paper.id", ClientID: "id", ClientSecret: "secret"}
	if _, err := paperid.New(good); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*paperid.Config){
		"no scheme":            func(c *paperid.Config) { c.BaseURL = "open-api.paper.id" },
		"other scheme":         func(c *paperid.Config) { c.BaseURL = "ftp://open-api.paper.id" },
		"no host":              func(c *paperid.Config) { c.BaseURL = "https://" },
		"user in the URL":      func(c *paperid.Config) { c.BaseURL = "https://a:b@open-api.paper.id" },
		"query in the URL":     func(c *paperid.Config) { c.BaseURL = "https://open-api.paper.id?x=1" },
		"unreadable URL":       func(c *paperid.Config) { c.BaseURL = "https://%zz" },
		"no id":                func(c *paperid.Config) { c.ClientID = "" },
		"no secret":            func(c *paperid.Config) { c.ClientSecret = "" },
		"line break in secret": func(c *paperid.Config) { c.ClientSecret = "a\r\nX-Evil: 1" },
	} {
		cfg := good
		change(&cfg)
		if _, err := paperid.New(cfg); err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), "secret\r") {
			t.Errorf("%s: the error holds the secret", name)
		}
	}
}

func TestSecretIsNotPrinted(t *testing.T) {
	c := connect(t, "http://localhost:1")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "client", c)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", c, c, c, c), log.String(), c.Health(t.Context()).Error()} {
		if strings.Contains(text, secret) {
			t.Errorf("secret in %q", text)
		}
	}
}

// The header names are read off the wire: a Go server would have changed their case.
func TestHeaderNamesAreLowerCase(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	lines := make(chan []string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var got []string
		for scan := bufio.NewScanner(conn); scan.Scan() && scan.Text() != ""; {
			got = append(got, scan.Text())
		}
		fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
		lines <- got
	}()
	if err := connect(t, "http://"+listener.Addr().String()).Health(t.Context()); err != nil {
		t.Fatal(err)
	}
	got := "\n" + strings.Join(<-lines, "\n") + "\n"
	for _, want := range []string{"\nclient_id: " + clientID + "\n", "\nclient_secret: " + secret + "\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	var leaked atomic.Bool
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Store(true) }))
	defer elsewhere.Close()
	c := fake(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) })

	var api *paperid.APIError
	if err := c.Health(t.Context()); !errors.As(err, &api) || api.Status != http.StatusFound {
		t.Errorf("got %v", err)
	}
	if leaked.Load() {
		t.Error("the credentials went to another host")
	}
}

func TestReadsAreRepeated(t *testing.T) {
	tests := []struct {
		name  string
		fails int32
		how   func(http.ResponseWriter)
		ok    bool
		calls int32
	}{
		{"5xx twice", 2, func(w http.ResponseWriter) { w.WriteHeader(503) }, true, 3},
		{"cut connection", 3, func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, true, 4},
		{"gateway's page", 1, func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") }, true, 2},
		{"too many", 1, func(w http.ResponseWriter) { w.WriteHeader(429) }, true, 2},
		{"for ever", 100, func(w http.ResponseWriter) { w.WriteHeader(500) }, false, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var calls atomic.Int32
			c := fake(t, func(w http.ResponseWriter, _ *http.Request) {
				if calls.Add(1) <= tt.fails {
					tt.how(w)
					return
				}
				fmt.Fprint(w, `{"status_code":200,"message":"health"}`)
			})
			err := c.Health(t.Context())
			if (err == nil) != tt.ok || !tt.ok && !errors.Is(err, paperid.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			// Go's own transport may repeat a request whose connection was cut, so at least that many.
			if n := calls.Load(); n < tt.calls || n > tt.calls && tt.name != "cut connection" {
				t.Errorf("%d calls, want %d", n, tt.calls)
			}
		})
	}
}

// Everything that changes something, or sends a message, is sent once however it fails.
func TestChangesAreNotRepeated(t *testing.T) {
	ctx := t.Context()
	tests := map[string]func(*paperid.Client) error{
		"UpdatePartner": func(c *paperid.Client) error {
			_, err := c.UpdatePartner(ctx, "1", paperid.PartnerInput{})
			return err
		},
		"UpdateInvoice": func(c *paperid.Client) error { return c.UpdateInvoice(ctx, "1", invoice("1")) },
		"SendInvoice": func(c *paperid.Client) error {
			_, err := c.SendInvoice(ctx, "1", paperid.SendTo{Email: "a@example.com"})
			return err
		},
		"DeleteInvoice": func(c *paperid.Client) error { return c.DeleteInvoice(ctx, "1") },
		"CreatePaymentRequest": func(c *paperid.Client) error {
			_, err := c.CreatePaymentRequest(ctx, payRequest("1"))
			return err
		},
		"CancelPaymentRequest": func(c *paperid.Client) error { return c.CancelPaymentRequest(ctx, "1") },
		"CreateWithdrawal": func(c *paperid.Client) error {
			_, err := c.CreateWithdrawal(ctx, "WD-1", 50_000)
			return err
		},
		"RequestOTP": func(c *paperid.Client) error {
			_, err := c.RequestOTP(ctx, paperid.OTPRequest{Action: paperid.OTPCreateBankAccount, Method: paperid.OTPBySMS,
				Phone: "+6281234567890"})
			return err
		},
		"AddWithdrawalBankAccount": func(c *paperid.Client) error {
			_, err := c.AddWithdrawalBankAccount(ctx, paperid.BankAccountInput{})
			return err
		},
		"AddPartnerBankAccount": func(c *paperid.Client) error {
			_, err := c.AddPartnerBankAccount(ctx, paperid.PartnerBankAccountInput{})
			return err
		},
		"CardPage": func(c *paperid.Client) error {
			_, err := c.CardPage(ctx, "1")
			return err
		},
		"SimulatePayment": func(c *paperid.Client) error { return c.SimulatePayment(ctx, "1") },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int32
			c := fake(t, func(w http.ResponseWriter, _ *http.Request) {
				calls.Add(1)
				w.WriteHeader(http.StatusBadGateway)
			})
			err := change(c)
			if !errors.Is(err, paperid.ErrUncertain) || !errors.Is(err, paperid.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			if n := calls.Load(); n != 1 {
				t.Errorf("%d calls", n)
			}
			if strings.Contains(err.Error(), "62812") {
				t.Errorf("personal data in %q", err)
			}
		})
	}
}

func TestUnreachableIsNotUncertain(t *testing.T) {
	c := connect(t, "http://127.0.0.1:1", func(cfg *paperid.Config) { cfg.Retries = -1 })
	_, err := c.CreateInvoice(t.Context(), invoice("INV-1"))
	if !errors.Is(err, paperid.ErrUnavailable) || errors.Is(err, paperid.ErrUncertain) {
		t.Errorf("got %v", err)
	}
	_, err = c.RequestOTP(t.Context(), paperid.OTPRequest{Method: paperid.OTPBySMS, Phone: "+6281234567890"})
	if err == nil || strings.Contains(err.Error(), "62812") {
		t.Errorf("personal data in %q", err)
	}
}

func TestLongAnswersAreCutOff(t *testing.T) {
	c := fake(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"message":"`)
		chunk := strings.Repeat("x", 1<<20)
		for range 6 {
			fmt.Fprint(w, chunk)
		}
		fmt.Fprint(w, `"}`)
	}, func(cfg *paperid.Config) { cfg.Retries = -1 })
	if err := c.Health(t.Context()); !errors.Is(err, paperid.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestOddIdsAskNothing(t *testing.T) {
	c := fake(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked for %s", r.URL) })
	for _, id := range []string{"", ".", ".."} {
		_, errInvoice := c.GetInvoice(t.Context(), id)
		_, errPartner := c.GetPartner(t.Context(), id)
		_, errRequest := c.GetPaymentRequest(t.Context(), id)
		for _, err := range []error{errInvoice, errPartner, errRequest, c.DeleteInvoice(t.Context(), id)} {
			if !errors.Is(err, paperid.ErrNotFound) {
				t.Errorf("id %q: got %v", id, err)
			}
		}
	}
}

func TestIdsAreEscaped(t *testing.T) {
	var path string
	c := fake(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.EscapedPath()
		w.WriteHeader(http.StatusNotFound)
	})
	_, _ = c.GetInvoice(t.Context(), "../a/b?c")
	if want := "/api/v1/sales-invoices/..%2Fa%2Fb%3Fc"; path != want {
		t.Errorf("asked for %s, want %s", path, want)
	}
}

func TestDefaultTimeoutEndsACall(t *testing.T) {
	release := make(chan struct{})
	c := fake(t, func(http.ResponseWriter, *http.Request) { <-release }, func(cfg *paperid.Config) {
		cfg.Timeout = 20 * time.Millisecond
	})
	t.Cleanup(func() { close(release) })
	if err := c.Health(t.Context()); !errors.Is(err, paperid.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}
