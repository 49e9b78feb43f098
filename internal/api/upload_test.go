package api_test

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"reserva/internal/access"
	"reserva/internal/api"
)

type logoForm struct {
	Logo api.Upload `form:"logo" contentType:"image/png" required:"true"`
}

func registerUpload(a *api.API) {
	api.Staff(a, api.Op{Method: http.MethodPost, Path: "/logo", ID: "logo", Tag: "L", Summary: "L", MaxBody: 1 << 10},
		access.Any, func(_ context.Context, _ access.Staff, in *struct {
			RawBody api.UploadForm[logoForm]
		}) (*api.Message, error) {
			return api.NewMessage(in.RawBody.Data().Logo.Filename), nil
		})
}

func upload(t *testing.T, field string, size int) *http.Request {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(map[string][]string{
		"Content-Disposition": {`form-data; name="` + field + `"; filename="a.png"`}, "Content-Type": {"image/png"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", size))); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), "POST", "/api/v1/logo", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer staff-staff")
	return r
}

func TestUploads(t *testing.T) {
	a := newAPI(t)
	registerUpload(a)
	serve(a, upload(t, "logo", 100)).want(t, 200, `{"message":"a.png"}`)
	serve(a, upload(t, "logo", 2<<10)).want(t, 413, `{"detail":"The request body is too large.","code":"request.too_large"}`)
	serve(a, upload(t, "other", 100)).want(t, 422, "")
	call{method: "POST", path: "/api/v1/logo", token: "staff-staff", body: "{}"}.to(t, a).want(t, 422, "")
}

// untouched is a body that nobody may read.
type untouched struct{ *testing.T }

func (u untouched) Read([]byte) (int, error) {
	u.Error("the body is read")
	return 0, io.EOF
}

// What is too large is refused before it is read where its length is told, and no
// further than the limit where it is not.
func TestUploadsAreBoundedBeforeTheyAreRead(t *testing.T) {
	a := newAPI(t)
	registerUpload(a)
	const tooLarge = `{"detail":"The request body is too large.","code":"request.too_large"}`

	r := upload(t, "logo", 100)
	r.Body, r.ContentLength = io.NopCloser(untouched{t}), 1<<10+1
	got := serve(a, r)
	got.want(t, 413, tooLarge)
	if got.header.Get("Connection") != "close" {
		t.Error("the rest of the body is waited for")
	}

	r = upload(t, "logo", 2<<20)
	read := &counted{Reader: r.Body}
	r.Body, r.ContentLength = io.NopCloser(read), -1 // chunked
	serve(a, r).want(t, 413, tooLarge)
	if read.bytes > 64<<10 {
		t.Errorf("%d bytes were read of an upload of at most 1024", read.bytes)
	}
}

type counted struct {
	io.Reader
	bytes int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bytes += n
	return n, err
}

// A form that comes drop by drop does not keep its connection.
func TestSlowUploadsAreCutOff(t *testing.T) {
	a := newAPI(t, func(c *api.Config) { c.BodyTimeout = 100 * time.Millisecond })
	registerUpload(a)
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	for name, length := range map[string]int64{"of a told length": 900, "in chunks": -1} {
		t.Run(name, func(t *testing.T) {
			whole := upload(t, "logo", 100)
			slow, sender := io.Pipe()
			defer sender.Close()
			go func() { _, _ = io.CopyN(sender, whole.Body, 50) }() // and then nothing
			r := whole.Clone(t.Context())
			r.URL, r.Body, r.ContentLength = &url.URL{Scheme: "http", Host: server.Listener.Addr().String(), Path: "/api/v1/logo"}, slow, length
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			if answer.StatusCode != http.StatusServiceUnavailable || !answer.Close {
				t.Errorf("status %d, connection closed: %v", answer.StatusCode, answer.Close)
			}
		})
	}
}
