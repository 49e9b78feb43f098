package slots

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBusySpans(t *testing.T) {
	start := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	at := func(from, to int) Span {
		return Span{start.Add(time.Duration(from) * time.Minute), start.Add(time.Duration(to) * time.Minute)}
	}
	tests := []struct {
		name    string
		service Service
		want    []Span
	}{
		{"with buffers", Service{Preparation: 15, Duration: 90, Cleanup: 10}, []Span{at(0, 115)}},
		{"a gap", Service{Preparation: 15, Duration: 90, Cleanup: 10, Gaps: []Gap{{30, 60}}}, []Span{at(0, 45), at(75, 115)}},
		{"a gap from the start", Service{Duration: 60, Gaps: []Gap{{0, 20}}}, []Span{at(20, 60)}},
		{"a gap to the end", Service{Duration: 60, Cleanup: 5, Gaps: []Gap{{40, 60}}}, []Span{at(0, 40), at(60, 65)}},
		{"gaps in any order, overlapping and touching", Service{Duration: 60, Gaps: []Gap{{40, 50}, {20, 35}, {10, 25}, {35, 40}}},
			[]Span{at(0, 10), at(50, 60)}},
		{"a gap beyond the duration", Service{Preparation: 10, Duration: 30, Cleanup: 10, Gaps: []Gap{{-20, 5}, {20, 90}}},
			[]Span{at(0, 10), at(15, 30), at(40, 50)}},
		{"an empty gap and one turned round", Service{Duration: 30, Gaps: []Gap{{10, 10}, {20, 15}}}, []Span{at(0, 30)}},
		{"nothing but gap", Service{Duration: 30, Gaps: []Gap{{0, 30}}}, nil},
		{"nothing", Service{}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, tt.service.BusySpans(start)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLength(t *testing.T) {
	s := Service{Preparation: 15, Duration: 90, Cleanup: 10, Gaps: []Gap{{30, 60}}}
	if got := s.Length(); got != 115*time.Minute {
		t.Errorf("it is %v long, want 1h55m", got)
	}
}
