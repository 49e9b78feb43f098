package testkit

import (
	"strings"
	"testing"

	"reserva/internal/kit/db"
)

// The server that RESERVA_TEST_DATABASE_URL would name is here the process's own.
func TestDatabaseOnAServerThatWasNamed(t *testing.T) {
	t.Setenv(URLVariable, server(t).admin)
	named, err := startDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	name, err := named.copy(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Options{URL: named.url(name)})
	if err != nil {
		t.Fatal(err)
	}
	if pending, err := d.Pending(t.Context()); err != nil || pending != 0 {
		t.Errorf("pending migrations: %d, %v", pending, err)
	}
	d.Close()
	for _, gone := range []error{named.drop(t.Context(), name), named.stop(t.Context())} {
		if gone != nil {
			t.Error(gone)
		}
	}
	if _, err := db.Open(t.Context(), db.Options{URL: named.url(named.name)}); err == nil {
		t.Error("the database outlived its tests")
	}
}

func TestServerThatCannotBeHad(t *testing.T) {
	for value, want := range map[string]string{
		"nonsense": "not a URL",
		"postgres://localhost:1/none?connect_timeout=1": "reach the tests' server",
	} {
		t.Setenv(URLVariable, value)
		if _, err := startDatabase(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", value, err)
		}
	}
}
