// Package sms sends short messages through a gateway.
//
// Gateways differ in everything but this: they take a number and a text over HTTP. Gateway speaks the smallest such
// protocol, so that any provider can be reached through a few lines of adapter run by the operator. Sending is a
// network call of seconds: it belongs in a job, never inside a transaction.
package sms

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// ErrRejected reports a message that the gateway will never take, as it is: a job must not try it again.
var ErrRejected = errors.New("sms: rejected by the gateway")

// Message is one short message. To is in E.164.
type Message struct {
	To   string `json:"to"`
	Text string `json:"text"`
}

// Sender sends short messages. Send returns when the gateway has taken the message over, which is not yet delivery. An
// error that is not ErrRejected may pass; the message may have gone out all the same.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Gateway is the Sender that posts each message as {"to", "text"} to one address, with a bearer token. Any 2xx answer
// is success; 4xx other than 401, 403, 408 and 429 is ErrRejected.
type Gateway struct {
	url, token string
	client     *http.Client
}

// timeout bounds one call, from dialling to the end of the answer.
const timeout = 15 * time.Second

// NewGateway returns a Gateway for an http or https address. An empty token sends no Authorization header.
func NewGateway(address, token string) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("sms: the gateway's address is not an http or https URL")
	}
	client := &http.Client{
		Timeout: timeout,
		// A redirected POST would lose its body or carry the message to a host that nobody configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Gateway{url: address, token: token, client: client}, nil
}

// Send posts the message. Errors name neither the number nor the text.
func (g *Gateway) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	if g.token != "" {
		req.Header.Set("Authorization", "Bearer "+g.token)
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return fmt.Errorf("sms: %w", err)
	}
	defer resp.Body.Close()
	io.CopyN(io.Discard, resp.Body, 64<<10) // read to the end, so that the connection can be used again

	switch {
	case resp.StatusCode/100 == 2:
		return nil
	case resp.StatusCode/100 == 4 && !passing(resp.StatusCode):
		return fmt.Errorf("%w: status %d", ErrRejected, resp.StatusCode)
	}
	return fmt.Errorf("sms: the gateway answered with status %d", resp.StatusCode)
}

// passing reports whether a 4xx is about the moment or our credentials rather than about the message.
func passing(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	}
	return false
}
