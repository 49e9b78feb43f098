package maya

import (
	"bytes"
	"context"
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
	path   string // escaped
	body   any    // marshalled to JSON; nil for none
	public bool   // goes under the public key
}

// do makes the call within the context's deadline, or the client's timeout where it has none, decodes the answer into
// out, which may be nil, and tells its HTTP status. Reads are repeated on outages; a failed change that may have been
// made all the same is marked with ErrUncertain.
func (c *Client) do(ctx context.Context, k call, out any) (int, error) {
	ctx, cancel := c.bounded(ctx)
	defer cancel()
	var body []byte
	if k.body != nil {
		var err error
		if body, err = json.Marshal(k.body); err != nil {
			return 0, fmt.Errorf("maya: %s: %w", k.op, err)
		}
	}
	for attempt := 0; ; attempt++ {
		status, err := c.once(ctx, k, body, out)
		switch {
		case err == nil:
			return status, nil
		case k.method != http.MethodGet:
			return status, uncertain(err)
		case attempt >= c.retries || !errors.Is(err, ErrUnavailable) || !pause(ctx, c.backoff<<attempt):
			return status, err
		}
	}
}

// bounded adds the limit to a context that has no deadline of its own.
func (c *Client) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, c.timeout)
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

func (c *Client) once(ctx context.Context, k call, body []byte, out any) (int, error) {
	req, err := c.request(ctx, k, body)
	if err != nil {
		return 0, fmt.Errorf("maya: %s: the request cannot be made", k.op)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, newOutage(k.op, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return res.StatusCode, newOutage(k.op, err)
	case len(answer) > maxAnswer:
		return res.StatusCode, &outage{op: k.op, sent: true, cause: errors.New("the answer is too long")}
	case res.StatusCode >= 300:
		return res.StatusCode, refusal(k.op, res.StatusCode, answer)
	case out == nil:
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return res.StatusCode, &outage{op: k.op, sent: true, cause: fmt.Errorf("the answer cannot be read: %w", err)}
	}
	return res.StatusCode, nil
}

func (c *Client) request(ctx context.Context, k call, body []byte) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, k.method, c.base+k.path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	key := c.secret
	if k.public {
		key = c.public
	}
	req.SetBasicAuth(key, "")
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
		return "", fmt.Errorf("maya: %s: %w", op, ErrNotFound)
	}
	return url.PathEscape(id), nil
}
