package tenants_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// form is a part of an upload.
type part struct {
	name, filename, contentType string
	content                     []byte
}

func (w *world) upload(path, bearer string, status int, parts ...part) object {
	w.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		header := map[string][]string{"Content-Disposition": {`form-data; name="` + p.name + `"`}}
		if p.filename != "" {
			header["Content-Disposition"][0] += `; filename="` + p.filename + `"`
			header["Content-Type"] = []string{p.contentType}
		}
		target, err := form.CreatePart(header)
		if err == nil {
			_, err = target.Write(p.content)
		}
		if err != nil {
			w.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		w.Fatal(err)
	}
	r := httptest.NewRequestWithContext(w.Context(), "POST", "/api/v1"+path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Authorization", "Bearer "+bearer)
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	if answer.Code != status {
		w.Errorf("%s: status %d, want %d: %s", path, answer.Code, status, answer.Body)
	}
	var out object
	if err := json.Unmarshal(answer.Body.Bytes(), &out); err != nil {
		w.Fatal(err)
	}
	return out
}

func picture(t *testing.T, side int, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	pixels := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	pixels.SetColorIndex(side/2, side/2, 1)
	var out bytes.Buffer
	if err := encode(&out, pixels); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(b *bytes.Buffer, i image.Image) error  { return png.Encode(b, i) }
func asJPEG(b *bytes.Buffer, i image.Image) error { return jpeg.Encode(b, i, nil) }
func asGIF(b *bytes.Buffer, i image.Image) error  { return gif.Encode(b, i, nil) }

func (w *world) see(address string) *httptest.ResponseRecorder {
	w.Helper()
	u, err := url.Parse(address)
	if err != nil {
		w.Fatal(err)
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, httptest.NewRequestWithContext(w.Context(), "GET", u.RequestURI(), nil))
	return answer
}

func TestUploadedLogo(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	path, admin := "/tenants/"+string(tenant)+"/logo", "admin@"+slug
	hidden := []byte("<script>alert(1)</script>")
	addresses := map[string]bool{}
	for name, upload := range map[string]struct {
		content []byte
		served  string
	}{
		"png":  {append(picture(t, 40, asPNG), hidden...), "image/png"},
		"jpeg": {append(picture(t, 41, asJPEG), hidden...), "image/jpeg"},
		"gif":  {append(picture(t, 42, asGIF), hidden...), "image/png"},
	} {
		// What the client calls it does not matter.
		answer := w.upload(path, admin, 200, part{"logo", "logo.html", "image/png", upload.content})
		address, _ := answer["logo_url"].(string)
		if !strings.HasPrefix(address, "https://book.example.com/api/v1/public/tenants/"+slug+"/logo?v=") || addresses[address] {
			t.Errorf("%s: logo_url %v", name, address)
		}
		addresses[address] = true
		card, _ := w.call("GET", "/public/tenants/"+slug, "", nil, 200)
		if card["logo_url"] != address {
			t.Errorf("%s: the card shows %v", name, card["logo_url"])
		}
		seen := w.see(address)
		if seen.Code != 200 || seen.Header().Get("Content-Type") != upload.served || bytes.Contains(seen.Body.Bytes(), hidden) {
			t.Errorf("%s: %d %s, %d bytes", name, seen.Code, seen.Header(), seen.Body.Len())
		}
		if _, _, err := image.Decode(seen.Body); err != nil {
			t.Errorf("%s: what is shown is no picture: %v", name, err)
		}
		for header, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Disposition": "inline", "Cross-Origin-Resource-Policy": "cross-origin",
		} {
			if got := seen.Header().Get(header); got != want {
				t.Errorf("%s: %s is %q", name, header, got)
			}
		}
	}

	answer := w.upload(path, admin, 200, part{name: "logo_url", content: []byte("https://cdn.example.com/l.png")})
	if answer["logo_url"] != "https://cdn.example.com/l.png" {
		t.Errorf("logo_url %v", answer)
	}
	if seen := w.see("/api/v1/public/tenants/" + slug + "/logo"); seen.Code != 404 {
		t.Errorf("the picture before is still shown: %d", seen.Code)
	}
}

func TestLogosThatAreRefused(t *testing.T) {
	w := newWorld(t)
	tenant, slug := w.tenant()
	other, otherSlug := w.tenant()
	path, admin := "/tenants/"+string(tenant)+"/logo", "admin@"+slug
	good := part{"logo", "l.png", "image/png", picture(t, 10, asPNG)}
	for name, parts := range map[string][]part{
		"nothing":            {},
		"both":               {good, {name: "logo_url", content: []byte("https://a.b/c")}},
		"no picture":         {{"logo", "l.png", "image/png", []byte("<svg xmlns='http://www.w3.org/2000/svg'/>")}},
		"a picture cut off":  {{"logo", "l.png", "image/png", good.content[:len(good.content)/2]}},
		"an empty file":      {{"logo", "l.png", "image/png", nil}},
		"too many pixels":    {{"logo", "l.png", "image/png", picture(t, 2001, asPNG)}},
		"a script's address": {{name: "logo_url", content: []byte("javascript:alert(1)")}},
	} {
		if answer := w.upload(path, admin, 422, parts...); answer["code"] != "request.invalid" {
			t.Errorf("%s: %v", name, answer)
		}
	}
	w.upload(path, admin, 413, part{"logo", "l.png", "image/png", make([]byte, 1<<20)})
	w.upload(path, "manager@"+slug, 403, good)
	w.upload(path, "admin@"+otherSlug, 403, good)
	w.upload("/tenants/"+string(other)+"/logo", "super@"+slug, 200, good)
	card, _ := w.call("GET", "/public/tenants/"+slug, "", nil, http.StatusOK)
	if card["logo_url"] != nil {
		t.Errorf("a refused logo is shown: %v", card["logo_url"])
	}
}
