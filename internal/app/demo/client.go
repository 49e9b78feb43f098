package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// object is a JSON object.
type object = map[string]any

// client calls the server as its users do.
type client struct {
	base string // without /api/v1
	http *http.Client
}

func newClient(base string) *client {
	return &client{base: base, http: &http.Client{
		Timeout: 30 * time.Second,
		// A payment page answers a press of its button with a redirect to itself.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// errTaken is the answer to a booking that came too late.
var errTaken = errors.New("the time is taken")

// call makes a request of the API, which has to succeed, and decodes its answer.
func (c *client) call(ctx context.Context, token, method, path string, body, into any) error {
	return c.callWith(ctx, http.Header{"Authorization": bearer(token)}, method, path, body, into)
}

func bearer(token string) []string {
	if token == "" {
		return nil
	}
	return []string{"Bearer " + token}
}

func (c *client) callWith(ctx context.Context, header http.Header, method, path string, body, into any) error {
	var sent io.Reader = http.NoBody
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(encoded)
		header.Set("Content-Type", "application/json")
	}
	status, answer, err := c.send(ctx, header, method, "/api/v1"+path, sent)
	switch {
	case err != nil:
		return err
	case status == http.StatusConflict:
		return fmt.Errorf("%w: %s %s: %s", errTaken, method, path, answer)
	case status/100 != 2:
		return fmt.Errorf("%s %s: status %d: %s", method, path, status, answer)
	case into == nil:
		return nil
	}
	return json.Unmarshal(answer, into)
}

func (c *client) send(ctx context.Context, header http.Header, method, path string, body io.Reader) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return 0, nil, err
	}
	request.Header = header
	answer, err := c.http.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer.StatusCode, text, err
}

var (
	sixDigits = regexp.MustCompile(`\b\d{6}\b`)
	handle    = regexp.MustCompile(`/verify/[^/\s]+/[^/\s]+/([0-9a-f]{24})`)
)

// mailed is the first match in the newest mail to an address that has one.
func (c *client) mailed(ctx context.Context, to string, pattern *regexp.Regexp) (string, error) {
	_, answer, err := c.send(ctx, http.Header{"Accept": {"application/json"}}, http.MethodGet, "/dev/outbox?to="+url.QueryEscape(to), http.NoBody)
	if err != nil {
		return "", err
	}
	var page struct {
		Items []struct{ Text string }
	}
	if err := json.Unmarshal(answer, &page); err != nil {
		return "", fmt.Errorf("read the outbox: %w", err)
	}
	for _, message := range page.Items {
		if found := pattern.FindStringSubmatch(message.Text); found != nil {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("no mail to %s has %s", to, pattern)
}

// login is somebody who is signed in, and stays so as the clock moves.
type login struct {
	access, refresh string
	until           time.Time // when the access token is no longer to be used
}

// tokens are the members that answers to a sign-in and to a refresh share.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// accessLife is a little less than that of an access token.
const accessLife = 25 * time.Minute

func (l *login) keep(t tokens, now time.Time) {
	l.access, l.refresh, l.until = t.Access, t.Refresh, now.Add(accessLife)
}
