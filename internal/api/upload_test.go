package api_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

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
