package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// revalidates tells whether an endpoint's answers carry an ETag, so that a client
// which has a copy is told when it still holds: all that may be kept, but for what
// is not JSON, which has its own ways.
func (e *endpoint) revalidates() bool {
	return e.op.Method == http.MethodGet && !e.raw && e.op.CacheControl != "" && !strings.Contains(e.op.CacheControl, "no-store")
}

// revalidate runs the request and answers 304 where the client's copy is good.
func revalidate(w http.ResponseWriter, r *http.Request, run func(http.ResponseWriter, *http.Request)) {
	held := &holder{ResponseWriter: w}
	run(held, r)
	if held.status == http.StatusOK {
		tag := tagOf(held.body.Bytes())
		w.Header().Set("ETag", tag)
		if hasCopy(r.Header, tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	held.send()
}

// Tagged is an answer that is not JSON, with an ETag; or, where known names it, that the
// copy is still good.
func Tagged(contentType string, body []byte, known string) *Raw {
	tag := tagOf(body)
	header := http.Header{"Etag": {tag}}
	if hasCopy(http.Header{"If-None-Match": {known}}, tag) {
		return &Raw{Status: http.StatusNotModified, Header: header}
	}
	return &Raw{ContentType: contentType, Body: body, Header: header}
}

// tagOf names a body. The tag is weak, since the body may be packed on its way.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + hex.EncodeToString(sum[:12]) + `"`
}

// hasCopy reads If-None-Match, which compares tags without their strength.
func hasCopy(h http.Header, tag string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for _, line := range h["If-None-Match"] {
		for candidate := range strings.SplitSeq(line, ",") {
			candidate = strings.TrimPrefix(strings.TrimSpace(candidate), "W/")
			if candidate == tag || candidate == "*" {
				return true
			}
		}
	}
	return false
}

func knownParam() *huma.Param {
	return &huma.Param{
		Name: "If-None-Match", In: "header", Description: "The ETag of a copy; answered with 304 while it is the same.",
		Schema: &huma.Schema{Type: huma.TypeString, Examples: []any{`W/"7c4a8d09ca3762af61e59520"`}},
	}
}

func notModified() *huma.Response {
	return &huma.Response{Description: "The copy that If-None-Match names is still good."}
}
