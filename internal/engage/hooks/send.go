package hooks

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"reserva/internal/kit/id"
)

const (
	// patience is how long an endpoint may take to answer, its name and TLS included.
	patience = 10 * time.Second
	// maxAnswer is how much of an answer is read, so that the connection can be used
	// again; nobody looks at it.
	maxAnswer = 64 << 10
)

// errPrivate is a name that leads into this network.
var errPrivate = errors.New("the address is not one on the internet")

// newClient calls endpoints. It uses no proxy, follows no redirect, and looks at each
// address right before it connects: a name may say one thing to a check and another to
// the call. Local leaves that out.
func newClient(local bool) *http.Client {
	dialer := &net.Dialer{Timeout: patience}
	if !local {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !public(at.Addr()) {
				return errPrivate
			}
			return nil
		}
	}
	return &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: patience, ResponseHeaderTimeout: patience, MaxResponseHeaderBytes: maxAnswer,
			MaxIdleConns: 64, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// outcome is what became of one attempt. Failure is empty for a success.
type outcome struct {
	status  int
	failure string
	took    time.Duration
}

// letter is what is sent.
type letter struct {
	url     string
	event   id.ID
	body    string
	secrets []string
}

// send posts a letter at a time that is signed with it.
func send(ctx context.Context, client *http.Client, l letter, at time.Time) outcome {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	signed, err := signature(string(l.event), at, l.body, l.secrets...)
	if err != nil {
		return outcome{failure: "the secret cannot be read"}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url, strings.NewReader(l.body))
	if err != nil {
		return outcome{failure: "the address cannot be read"}
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Reserva-Webhooks/1")
	request.Header.Set("Webhook-Id", string(l.event))
	request.Header.Set("Webhook-Timestamp", strconv.FormatInt(at.Unix(), 10))
	request.Header.Set("Webhook-Signature", signed)
	began := time.Now()
	answer, err := client.Do(request)
	took := time.Since(began)
	if err != nil {
		return outcome{failure: unreached(ctx, err), took: took}
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer))
	out := outcome{status: answer.StatusCode, took: took}
	switch {
	case answer.StatusCode >= 300 && answer.StatusCode < 400:
		out.failure = "answered with a redirect, which is not followed"
	case answer.StatusCode < 200 || answer.StatusCode >= 300:
		out.failure = fmt.Sprintf("answered with status %d", answer.StatusCode)
	}
	return out
}

// unreached says why there was no answer, in words that tell nothing of this network.
func unreached(ctx context.Context, err error) string {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var timeout net.Error
	switch {
	case errors.Is(err, errPrivate):
		return errPrivate.Error()
	case ctx.Err() != nil || errors.As(err, &timeout) && timeout.Timeout():
		return "did not answer within 10 seconds"
	case errors.As(err, &name):
		return "the name could not be resolved"
	case errors.As(err, &certificate):
		return "the certificate is not valid"
	}
	return "could not be reached"
}
