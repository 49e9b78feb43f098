package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"reserva/internal/access"
	"reserva/internal/api"
)

type slot struct {
	Start     string `json:"start_time"`
	End       string `json:"end_time"`
	Available bool   `json:"is_available"`
	Capacity  int    `json:"available_capacity"`
	Of        int    `json:"max_capacity"`
}

type week struct {
	Grid map[string][]slot `json:"availability_grid"`
}

// BenchmarkWeek answers a week's grid, about 17 kB, to a client that takes it as it
// is and to one that takes it packed.
func BenchmarkWeek(b *testing.B) {
	a := api.New(api.Config{RateLimitOff: true})
	out := week{Grid: map[string][]slot{}}
	for day := range 7 {
		for i := range 24 {
			date := fmt.Sprintf("2026-04-%02d", day+1)
			out.Grid[date] = append(out.Grid[date], slot{
				fmt.Sprintf("%02d:%02d:00", 8+i/2, 30*(i%2)), fmt.Sprintf("%02d:%02d:00", 9+i/2, 30*(i%2)), i%3 > 0, i % 3, 2,
			})
		}
	}
	api.Public(a, api.Op{Method: http.MethodGet, Path: "/week", ID: "week", Tag: "W", Summary: "W"},
		func(context.Context, access.Visitor, *struct{}) (*week, error) { return &out, nil })
	handler := a.Handler()
	for _, coding := range []string{"identity", "gzip"} {
		b.Run(coding, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/api/v1/week", nil)
			r.Header.Set("Accept-Encoding", coding)
			b.ReportAllocs()
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				size = w.Body.Len()
			}
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
