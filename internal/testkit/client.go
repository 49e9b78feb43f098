package testkit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// Object is a JSON object, to send or as received.
type Object = map[string]any

// Token is an access token; the empty one is nobody's.
type Token string

// A Request is one call of the server.
type Request struct {
	As     Token
	Method string
	// Path is below /api/v1; with two slashes in front it is below the server's root.
	Path string
	// Body is marshalled, but for a string or []byte, which is sent as it is.
	Body   any
	Header Object
	// From is the client's address; 192.0.2.1 where empty.
	From string
}

// Send makes the request and returns whatever the server answers.
func (w *World) Send(r Request) Answer {
	w.Helper()
	body, isJSON := w.encode(r.Body)
	path, direct := strings.CutPrefix(r.Path, "//")
	if direct {
		path = "/" + path
	} else {
		path = "/api/v1" + path
	}
	request := httptest.NewRequestWithContext(w.Context(), r.Method, path, body)
	if isJSON {
		request.Header.Set("Content-Type", "application/json")
	}
	if r.As != "" {
		request.Header.Set("Authorization", "Bearer "+string(r.As))
	}
	if r.From != "" {
		request.RemoteAddr = r.From + ":40000"
	}
	for name, value := range r.Header {
		request.Header.Set(name, fmt.Sprint(value))
	}
	recorder := httptest.NewRecorder()
	w.Handler.ServeHTTP(recorder, request)
	answer := Answer{
		t: w.TB, call: r.Method + " " + r.Path,
		Status: recorder.Code, Header: recorder.Header(), Body: recorder.Body.Bytes(),
	}
	if w.Inspect != nil {
		for _, wrong := range w.Inspect(r.Method, request.URL.Path, answer) {
			w.Errorf("%s: %s", answer.call, wrong)
		}
	}
	return answer
}

func (w *World) encode(body any) (reader io.Reader, isJSON bool) {
	w.Helper()
	switch body := body.(type) {
	case nil:
		return http.NoBody, false
	case string:
		return strings.NewReader(body), true
	case []byte:
		return bytes.NewReader(body), true
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		w.Fatalf("body of the request: %v", err)
	}
	return bytes.NewReader(encoded), true
}

// Do makes a request and fails the test unless the answer has the status.
func (w *World) Do(as Token, method, path string, body any, status int) Answer {
	w.Helper()
	answer := w.Send(Request{As: as, Method: method, Path: path, Body: body})
	if answer.Status != status {
		w.Fatalf("%s: status %d, want %d: %s", answer.call, answer.Status, status, answer.Body)
	}
	return answer
}

// JSON makes a request that has to succeed and returns what the server answers.
func (w *World) JSON(as Token, method, path string, body any) Answer {
	w.Helper()
	answer := w.Send(Request{As: as, Method: method, Path: path, Body: body})
	if answer.Status/100 != 2 {
		w.Fatalf("%s: status %d: %s", answer.call, answer.Status, answer.Body)
	}
	return answer
}

// Answer is what the server said.
type Answer struct {
	t      testing.TB
	call   string
	Status int
	Header http.Header
	Body   []byte
}

// Value follows a dotted path ("items.0.id"; "" is the whole body). It fails the
// test where the path leads nowhere.
func (a Answer) Value(path string) any {
	a.t.Helper()
	var value any
	if err := unmarshal(a.Body, &value); err != nil {
		a.t.Fatalf("%s: the answer is not JSON: %v: %s", a.call, err, a.Body)
	}
	found, ok := follow(value, path)
	if !ok {
		a.t.Fatalf("%s: no %q in %s", a.call, path, a.Body)
	}
	return found
}

// Has tells whether the path leads to something other than null.
func (a Answer) Has(path string) bool {
	var value any
	if unmarshal(a.Body, &value) != nil {
		return false
	}
	found, ok := follow(value, path)
	return ok && found != nil
}

// Text is the string or number at the path.
func (a Answer) Text(path string) string {
	a.t.Helper()
	switch value := a.Value(path).(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	default:
		a.t.Fatalf("%s: %q is no text but %v", a.call, path, value)
		return ""
	}
}

// Len is the length of the array at the path.
func (a Answer) Len(path string) int {
	a.t.Helper()
	list, ok := a.Value(path).([]any)
	if !ok {
		a.t.Fatalf("%s: %q is no list in %s", a.call, path, a.Body)
	}
	return len(list)
}

// Into decodes the body into what v points to.
func (a Answer) Into(v any) {
	a.t.Helper()
	if err := json.Unmarshal(a.Body, v); err != nil {
		a.t.Fatalf("%s: %v: %s", a.call, err, a.Body)
	}
}

// unmarshal keeps numbers as they were written.
func unmarshal(body []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	return decoder.Decode(v)
}

func follow(value any, path string) (any, bool) {
	if path == "" {
		return value, true
	}
	for key := range strings.SplitSeq(path, ".") {
		switch at := value.(type) {
		case Object:
			inner, ok := at[key]
			if !ok {
				return nil, false
			}
			value = inner
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			value = at[i]
		default:
			return nil, false
		}
	}
	return value, true
}
