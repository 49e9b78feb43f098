package world_test

import (
	"testing"

	"reserva/internal/testkit"
	"reserva/internal/testkit/world"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestTheServerIsReady(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	testkit.Run(t, w,
		testkit.Scenario{Method: "GET", Path: "//healthz", Status: 200},
		testkit.Scenario{Method: "GET", Path: "//readyz", Status: 200},
		testkit.Scenario{Method: "GET", Path: "//openapi.json", Status: 200, Want: `{"openapi":"3.1.0"}`},
		testkit.Scenario{Method: "GET", Path: "/none", Status: 404, Want: `{"detail":"*","request_id":"*"}`},
	)
}
