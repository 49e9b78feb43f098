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

func TestCallersAreLimitedWhereAsked(t *testing.T) {
	t.Parallel()
	limited, free := world.New(t, world.RateLimited()), world.New(t)
	for range 30 {
		limited.Do("", "GET", "/public/tenants/nobody", nil, 404)
		free.Do("", "GET", "/public/tenants/nobody", nil, 404)
	}
	free.Do("", "GET", "/public/tenants/nobody", nil, 404)
	refused := limited.Do("", "GET", "/public/tenants/nobody", nil, 429)
	if refused.Header.Get("Retry-After") == "" {
		t.Error("a limited caller is not told when to come back")
	}
	elsewhere := limited.Send(testkit.Request{Method: "GET", Path: "/public/tenants/nobody", From: "198.51.100.7"})
	if elsewhere.Status != 404 {
		t.Errorf("a caller at another address: status %d", elsewhere.Status)
	}
}

// The usual beginning of a test, which each of its steps has to be able to make.
func TestSalonCanBeBooked(t *testing.T) {
	t.Parallel()
	w := world.New(t)
	salon := w.Salon()
	appointment := salon.Book(1, "10:00")
	testkit.Run(t, w,
		testkit.Scenario{
			As: salon.Admin, Method: "GET", Path: "/appointments/" + string(appointment), Status: 200,
			Want: `{"status":"confirmed","start_time":"10:00","total_price":150000,"services":[{"service_id":"*"}]}`,
		},
		testkit.Scenario{
			Name: "the time is taken",
			As:   salon.Admin, Method: "POST", Path: "/appointments", Status: 409,
			Body: testkit.Object{
				"customer_id": salon.Customer.ID, "outlet_id": salon.Outlet.ID, "appointment_date": w.Day(1), "start_time": "10:30",
				"services": []testkit.Object{{"service_id": salon.Service.ID}},
			},
			Want: `{"code":"appointment.slot_taken"}`,
		},
	)
	w.RunJobs()
}
