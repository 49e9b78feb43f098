package storm_test

import (
	"bytes"
	"io"
	"net/http"
)

// unanswered is the status of a request that got no answer, or not all of one.
const unanswered = 599

// remote is a server in another process as an http.Handler.
type remote struct {
	url    string
	client *http.Client
}

func newRemote(url string) remote {
	transport := &http.Transport{MaxIdleConnsPerHost: rivals}
	return remote{url, &http.Client{Transport: transport}}
}

// ServeHTTP implements http.Handler.
func (r remote) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	out, err := http.NewRequestWithContext(in.Context(), in.Method, r.url+in.URL.RequestURI(), in.Body)
	if err != nil {
		panic(err)
	}
	out.Header = in.Header
	answer, err := r.client.Do(out)
	if err != nil {
		w.WriteHeader(unanswered)
		return
	}
	defer answer.Body.Close()
	var body bytes.Buffer
	if _, err := io.Copy(&body, answer.Body); err != nil {
		w.WriteHeader(unanswered)
		return
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(body.Bytes())
}
