package pgserver

import (
	"errors"
	"testing"
)

func TestRunning(t *testing.T) {
	dir := dataDir(t)
	if _, err := Running(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("before the first start: %v", err)
	}
	s := startTest(t, Options{Dir: dir, Ephemeral: true})
	at, err := Running(dir)
	if err != nil || at != s.URL("") {
		t.Errorf("running at %q, %v; want %q", at, err, s.URL(""))
	}
	if got := query(t, at, "SELECT current_database()"); len(got) != 1 || got[0] != DefaultDatabase {
		t.Errorf("connected to %v", got)
	}
	stopTest(t, s)
	if _, err := Running(dir); !errors.Is(err, ErrNotRunning) {
		t.Errorf("after the stop: %v", err)
	}
}
