package api

import (
	"bytes"
	"net/http"
)

// recorder notes what is answered, for the log line and the metrics.
type recorder struct {
	http.ResponseWriter
	status int // 0 before the first byte
	size   int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.size += n
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// holder keeps an answer back until it is known whether it counts. Headers go
// to the real writer at once: nothing has been sent yet.
type holder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (w *holder) WriteHeader(status int) { w.status = status }

func (w *holder) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.body.Write(b)
}

func (w *holder) send() {
	if w.status == 0 {
		return
	}
	w.ResponseWriter.WriteHeader(w.status)
	// The client may have gone; the answer is kept for its next attempt.
	_, _ = w.ResponseWriter.Write(w.body.Bytes())
}
