package paperid

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// envelope is the union of the shapes that the provider wraps answers in:
//
//	v1            {status_code, message, data}          refusal: the same with data null
//	v1 invoices   {status_code, data}                   refusal: {error: {status_code, message}}
//	v1 delete     {status_code, code, message}          refusal: {status_code, code, error, message}
//	v1 stamps     {status, message, data}
//	v2            {message, data, pagination}           refusal: {status_code, error_code, message, data, errors}
//
// The data itself is read by each method from the same bytes, since some of it stands beside "data".
type envelope struct {
	StatusCode text            `json:"status_code"`
	Code       text            `json:"code"`
	ErrorCode  text            `json:"error_code"`
	Message    text            `json:"message"`
	Error      json.RawMessage `json:"error"`
	Errors     json.RawMessage `json:"errors"`
}

// refusal reads the envelope and returns the provider's error, or nil where it agreed. HTTP 200 is not agreement:
// the envelope may carry a status of its own.
func refusal(k call, status int, body []byte) error {
	var e envelope
	readable := json.Unmarshal(body, &e) == nil
	var inner envelope
	nested := json.Unmarshal(e.Error, &inner) == nil && isObject(e.Error)

	effective := status
	if status < 300 {
		if !readable && len(bytes.TrimSpace(body)) > 0 {
			return &outage{op: k.op, sent: true, cause: fmt.Errorf("status %d with an answer that is not JSON", status)}
		}
		effective = max(status, e.StatusCode.status(), inner.StatusCode.status())
		if nested && effective < 300 {
			effective = http.StatusBadRequest
		}
	}
	if effective < 300 {
		return nil
	}
	message := firstText(string(e.Message), string(inner.Message), plainText(e.Error), plainText(e.Errors))
	return &APIError{
		Op:      k.op,
		Status:  effective,
		Code:    clip(firstText(string(e.Code), string(e.ErrorCode), string(inner.Code)), 60),
		Message: clip(message, 300),
		kind:    classify(effective, message+" "+plainText(e.Errors), k.number),
	}
}

// status reads an HTTP status, 0 where there is none.
func (t text) status() int {
	var n int
	if _, err := fmt.Sscanf(string(t), "%d", &n); err != nil || n < 100 || n > 599 {
		return 0
	}
	return n
}

func isObject(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) }

func firstText(candidates ...string) string {
	for _, s := range candidates {
		if s != "" {
			return s
		}
	}
	return ""
}

// plainText renders "error" or "errors", which come as a string, a list, or an object of field to message.
func plainText(raw json.RawMessage) string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return one
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		parts := make([]string, 0, len(list))
		for _, item := range list {
			parts = append(parts, plainText(item))
		}
		return strings.Join(parts, "; ")
	}
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil {
		return ""
	}
	parts := make([]string, 0, len(fields))
	for name, value := range fields {
		parts = append(parts, name+": "+plainText(value))
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// clip shortens to at most n bytes without leaving half a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
