package world_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

// The pages answer what names nothing with a page that says so, and do not repeat it.
func TestPagesOfNothing(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	booked := string(s.Book(1, "10:00"))
	l := newLedger(w)
	before := l.read()
	names := append([]string{"507f1f77bcf86cd799439041", booked, mark, "%3Cscript%3E" + mark}, badPaths...)
	for _, name := range names {
		for _, path := range []string{"/verify/" + name, "/verify/" + name + "/" + name + "/" + name, "/offers/" + name, "/dev/outbox/" + name, "/sim/paper-id/pay/" + name, "/sim/paper-id/pdf/" + name, "/sim/maya/v2/checkout?id=" + name, "/payment/" + name} {
			for _, method := range []string{"GET", "POST", "HEAD", "PUT", "TRACE", "X"} {
				a := w.Send(testkit.Request{Method: method, Path: "/" + path, Header: testkit.Object{"Content-Type": "application/x-www-form-urlencoded"}, Body: "a=%zz&b=" + mark})
				if a.Status/100 != 4 && a.Status != http.StatusMovedPermanently && a.Status != http.StatusTemporaryRedirect {
					t.Errorf("%s %.60s: %d %.200s", method, path, a.Status, a.Body)
				}
				if bytes.Contains(a.Body, []byte("<script>"+mark)) || strings.ContainsAny(a.Header.Get("Location"), "\r\n<") {
					t.Errorf("%s %.60s: the answer repeats the name: %v %.200s", method, path, a.Header, a.Body)
				}
			}
		}
	}
	for _, query := range []string{"to=%00", "to=%ff", "to=%zz", "to=%27%3B--", "to=%3Cscript%3E" + mark, "to=" + strings.Repeat("x", 9000)} {
		a := w.Send(testkit.Request{Method: "GET", Path: "//dev/outbox?" + query})
		if a.Status >= 500 || bytes.Contains(a.Body, []byte("<script>")) {
			t.Errorf("the outbox with %.40s: %d %.200s", query, a.Status, a.Body)
		}
	}
	if changed := l.read().changed(before); len(changed) > 0 {
		t.Errorf("pages of nothing change %v", changed)
	}
}

// A body without a length is read no further than a body with one.
func TestBodiesWithoutALength(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	s := w.Salon()
	for path, limit := range map[string]int{"/api/v1/customers": 1 << 20, "/api/v1/bookings/type/guest": 64 << 10} {
		endless := &counted{Reader: io.MultiReader(strings.NewReader(`{"notes":"`), neverEnds{})}
		r := httptest.NewRequestWithContext(t.Context(), "POST", path, endless)
		r.ContentLength = -1
		r.Header.Set("Authorization", "Bearer "+string(s.Admin))
		r.Header.Set("X-Tenant-Slug", s.Slug)
		recorder := httptest.NewRecorder()
		w.Handler.ServeHTTP(recorder, r)
		if recorder.Code != http.StatusRequestEntityTooLarge || endless.read > 2*limit {
			t.Errorf("%s: %d after %d bytes: %s", path, recorder.Code, endless.read, recorder.Body)
		}
	}
}

type neverEnds struct{}

func (neverEnds) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type counted struct {
	io.Reader
	read int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += n
	return n, err
}
