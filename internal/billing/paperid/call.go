package paperid

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"
)

// call is one exchange with the API.
type call struct {
	op     string // the exported method, for errors
	method string
	path   string // from /api, escaped
	query  url.Values
	body   any  // marshalled to JSON; nil for none
	repeat bool // a read without side effects, to be repeated on outages
	card   bool // proves itself as the call about cards does
	number bool // creates something with a number or name: "already" in a refusal means it is taken
}

// do makes the call within the context's deadline, or the client's timeout where it has none, and decodes the whole
// answer into out, which may be nil.
func (c *Client) do(ctx context.Context, k call, out any) error {
	ctx, cancel := c.bounded(ctx, c.timeout)
	defer cancel()

	var body []byte
	if k.body != nil {
		var err error
		if body, err = json.Marshal(k.body); err != nil {
			return fmt.Errorf("paperid: %s: %w", k.op, err)
		}
	}
	for attempt := 0; ; attempt++ {
		err := c.once(ctx, k, body, out)
		if err == nil || !k.repeat || attempt >= c.retries || !errors.Is(err, ErrUnavailable) {
			return err
		}
		if !pause(ctx, c.backoff<<attempt) {
			return err
		}
	}
}

// bounded adds the limit to a context that has no deadline of its own.
func (c *Client) bounded(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, limit)
}

// pause waits a random part of the longest pause, and tells whether the context still lives.
func pause(ctx context.Context, longest time.Duration) bool {
	timer := time.NewTimer(rand.N(longest) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return ctx.Err() == nil
	}
}

func (c *Client) once(ctx context.Context, k call, body []byte, out any) error {
	req, err := c.request(ctx, k, body)
	if err != nil {
		return fmt.Errorf("paperid: %s: the request cannot be made", k.op)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return newOutage(k.op, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return newOutage(k.op, err)
	}
	if len(answer) > maxAnswer {
		return &outage{op: k.op, sent: true, cause: errors.New("the answer is too long")}
	}
	if err := refusal(k, res.StatusCode, answer); err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return &outage{op: k.op, sent: true, cause: fmt.Errorf("the answer cannot be read: %w", err)}
	}
	return nil
}

func (c *Client) request(ctx context.Context, k call, body []byte) (*http.Request, error) {
	target := c.base + k.path
	if len(k.query) > 0 {
		target += "?" + k.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, k.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if k.card {
		req.Header.Set("Authorization", base64.StdEncoding.EncodeToString([]byte(c.clientID+"|"+c.secret)))
	} else {
		// Assigned rather than Set: Set would make them Client_id and Client_secret, and the documented names are lower
		// case.
		req.Header["client_id"] = []string{c.clientID}
		req.Header["client_secret"] = []string{c.secret}
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "reserva")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	} else {
		req.Body, req.ContentLength, req.GetBody = http.NoBody, 0, nil
	}
	return req, nil
}

// segment escapes an id for a path. An empty id, or one that would name a parent, would reach another resource, so it
// is not found without asking.
func segment(op, id string) (string, error) {
	if id == "" || id == "." || id == ".." {
		return "", fmt.Errorf("paperid: %s: %w", op, ErrNotFound)
	}
	return url.PathEscape(id), nil
}

// Health asks whether the API answers for these credentials.
func (c *Client) Health(ctx context.Context) error {
	return c.do(ctx, call{op: "Health", method: http.MethodGet, path: "/api/v1/health-check", repeat: true}, nil)
}
