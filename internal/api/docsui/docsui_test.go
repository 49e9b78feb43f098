package docsui_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"reserva/internal/api/docsui"
)

func get(t *testing.T, path, encoding string) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	docsui.Mount(mux, "/openapi-3.0.json")
	r := httptest.NewRequestWithContext(t.Context(), "GET", path, nil)
	r.Header.Set("Accept-Encoding", encoding)
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPagesLoadWhatTheyMay(t *testing.T) {
	source := regexp.MustCompile(`(?:src|href)="([^"]+)"`)
	for _, page := range []string{"/docs", "/redoc"} {
		res := get(t, page, "")
		body := text(t, res.Body)
		policy := res.Header.Get("Content-Security-Policy")
		if res.StatusCode != 200 || !strings.Contains(body, `"/openapi-3.0.json"`) || !strings.HasPrefix(policy, "default-src 'none'") {
			t.Errorf("%s: %d %q\n%s", page, res.StatusCode, policy, body)
		}
		if strings.Contains(strings.Split(policy, "style-src")[0], "unsafe") || strings.Contains(body, "<script>") {
			t.Errorf("%s: inline scripts", page)
		}
		for _, m := range source.FindAllStringSubmatch(body, -1) {
			switch url := m[1]; {
			case url == "/openapi-3.0.json":
			case strings.HasPrefix(url, "/"):
				if got := get(t, url, "gzip"); got.StatusCode != 200 || got.Header.Get("Content-Type") == "" {
					t.Errorf("%s: %s is %d", page, url, got.StatusCode)
				}
			case !strings.Contains(policy, url) || !strings.Contains(body, `integrity="sha384-`):
				t.Errorf("%s: loads %s unpinned", page, url)
			}
		}
	}
}

func TestAssetsArePackedForThoseWhoUnpack(t *testing.T) {
	const css = "/docs/swagger-ui.css"
	packed := get(t, css, "gzip, br")
	if packed.Header.Get("Content-Encoding") != "gzip" {
		t.Error("not packed")
	}
	unpacked, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	plain := get(t, css, "identity")
	if body := text(t, plain.Body); body != text(t, unpacked) || !strings.Contains(body, ".swagger-ui") || plain.Header.Get("Content-Encoding") != "" {
		t.Error("both must be the same style sheet")
	}
}
