package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"reserva/internal/kit/fault"
)

// readBody reads and checks the body, puts what is to be decoded in its place,
// and returns it as it was sent.
func (a *API) readBody(e *endpoint, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if !e.hasBody {
		return nil, nil
	}
	sent, err := a.receive(e, w, r)
	if err != nil {
		return nil, err
	}
	use := sent
	if e.jsonBody {
		if use, err = checkJSON(e, r, sent); err != nil {
			return nil, err
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(use))
	r.ContentLength = int64(len(use))
	return sent, nil
}

func (a *API) receive(e *endpoint, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > e.maxBody() {
		hangUp(w)
		return nil, ErrTooLarge
	}
	// Recorders in tests have no deadlines; a server's connection has.
	deadline := http.NewResponseController(w)
	_ = deadline.SetReadDeadline(time.Now().Add(a.config.BodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, e.maxBody()))
	if err == nil {
		_ = deadline.SetReadDeadline(time.Time{})
		return body, nil
	}
	hangUp(w)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, ErrTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, ErrRequestTimeout.WithCause(err)
	default:
		return nil, ErrMalformed.WithCause(err)
	}
}

// hangUp ends the connection after the answer. The server would otherwise wait for
// the rest of the body before it answers.
func hangUp(w http.ResponseWriter) { w.Header().Set("Connection", "close") }

func checkJSON(e *endpoint, r *http.Request, body []byte) ([]byte, error) {
	if len(body) == 0 && e.op.BodyOptional {
		return nil, nil
	}
	// The one call that takes a body without needing it asks for no type.
	if !e.op.BodyOptional && !isJSON(r.Header) {
		return nil, ErrContentType
	}
	r.Header.Set("Content-Type", "application/json")
	if len(body) == 0 {
		if e.audience == ForGuest {
			return nil, ErrMalformed
		}
		return nil, fault.ErrInvalid.WithFields(fault.Field{Loc: []any{"body"}, Message: "Field required", Type: "missing"})
	}
	return cleanJSON(body)
}

// isJSON accepts a missing content type, which curl users and webhooks forget;
// browsers cannot send one of these from a foreign page without asking first.
func isJSON(h http.Header) bool {
	if encoding := h.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return false
	}
	sent := h.Get("Content-Type")
	if sent == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(sent)
	return err == nil && (media == "application/json" ||
		strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json"))
}

// checkURL refuses what no parameter may hold.
func checkURL(r *http.Request, values []string) error {
	for _, v := range values {
		if err := noNUL(v, []any{"path"}); err != nil {
			return err
		}
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return ErrMalformed.WithCause(err)
	}
	for _, name := range sortedKeys(query) {
		for _, v := range append(slices.Clip(query[name]), name) {
			if err := noNUL(v, []any{"query", strings.ToValidUTF8(name, "?")}); err != nil {
				return err
			}
		}
	}
	return nil
}
