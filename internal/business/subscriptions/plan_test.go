package subscriptions

import (
	"strings"
	"testing"
	"time"

	"reserva/internal/kit/civil"
	"reserva/internal/kit/money"
)

func TestParsePlan(t *testing.T) {
	for raw, want := range map[string]Plan{"free": Free, "PRO": Pro, " Enterprise ": Enterprise} {
		if got, ok := ParsePlan(raw); !ok || got != want {
			t.Errorf("ParsePlan(%q) = %q, %v", raw, got, ok)
		}
	}
	for _, raw := range []string{"", "gold", "FREEE"} {
		if got, ok := ParsePlan(raw); ok {
			t.Errorf("ParsePlan(%q) = %q", raw, got)
		}
	}
}

// Each plan gives at least what the smaller one does, for a smaller fee.
func TestPlansGrow(t *testing.T) {
	atLeast := func(larger, smaller int) bool {
		return larger == Unlimited || smaller != Unlimited && larger >= smaller
	}
	plans := Plans()
	for i, larger := range plans[1:] {
		smaller := plans[i]
		a, b := larger.Limits(), smaller.Limits()
		for name, grows := range map[string]bool{
			"outlets": atLeast(a.Outlets, b.Outlets), "staff": atLeast(a.StaffPerOutlet, b.StaffPerOutlet),
			"appointments": atLeast(a.AppointmentsPerMonth, b.AppointmentsPerMonth), "services": atLeast(a.Services, b.Services),
			"services per appointment": atLeast(a.ServicesPerAppointment, b.ServicesPerAppointment),
			"packages":                 atLeast(a.Packages, b.Packages), "items": atLeast(a.ItemsPerPackage, b.ItemsPerPackage),
			"outlet prices": a.OutletPrices || !b.OutletPrices, "fee": larger.FeeRate() < smaller.FeeRate(),
			"price": larger.price().monthly > smaller.price().monthly,
		} {
			if !grows {
				t.Errorf("%s has less %s than %s", larger, name, smaller)
			}
		}
	}
}

func TestFees(t *testing.T) {
	for plan, want := range map[Plan]string{Free: "0.08", Pro: "0.05", Enterprise: "0.03"} {
		if got := plan.FeeRate().String(); got != want || plan.Features().PlatformFeeRate != want {
			t.Errorf("%s: fee %s, want %s", plan, got, want)
		}
	}
	if fee, err := money.Fee(100_000, Free.FeeRate()); err != nil || fee != 8_000 {
		t.Errorf("fee of 100000 on FREE = %d, %v", fee, err)
	}
}

func TestQuarterlyPriceIsThreeMonthsLessATenth(t *testing.T) {
	for _, plan := range Plans() {
		if p := plan.price(); p.quarterly != p.monthly*3*9/10 {
			t.Errorf("%s: quarterly %d", plan, p.quarterly)
		}
	}
}

func TestAllows(t *testing.T) {
	for _, c := range []struct {
		limit, used int
		want        bool
	}{{1, 0, true}, {1, 1, false}, {1, 2, false}, {Unlimited, 1_000_000, true}, {0, 0, false}} {
		if got := Allows(c.limit, c.used); got != c.want {
			t.Errorf("Allows(%d, %d) = %v", c.limit, c.used, got)
		}
	}
}

// The deployed client looks for these words.
func TestLimitMessages(t *testing.T) {
	for _, c := range []struct {
		message string
		words   []string
	}{
		{Free.OutletLimit().Message, []string{"Subscription limit reached", "Maximum outlets allowed", "1"}},
		{Pro.OutletLimit().Message, []string{"10"}},
		{Free.StaffLimit().Message, []string{"staff limit reached", "5"}},
		{Free.ServiceLimit().Message, []string{"service limit reached", "10"}},
		{Free.AppointmentLimit().Message, []string{"100"}},
	} {
		for _, word := range c.words {
			if !strings.Contains(c.message, word) {
				t.Errorf("%q lacks %q", c.message, word)
			}
		}
	}
}

func TestMonthIsTheTenants(t *testing.T) {
	now := time.Date(2026, 1, 31, 17, 30, 0, 0, time.UTC) // in Jakarta, half past midnight of February
	for zone, want := range map[string]civil.Date{
		"Asia/Jakarta": {Year: 2026, Month: 2, Day: 1}, "UTC": {Year: 2026, Month: 1, Day: 1}, "nowhere": {Year: 2026, Month: 1, Day: 1},
	} {
		if got := (Current{Timezone: zone}).Month(now); got != want {
			t.Errorf("%s: month %s, want %s", zone, got, want)
		}
	}
	jakarta, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		t.Fatal(err)
	}
	from, to := monthBounds(now, jakarta)
	if from.UTC() != time.Date(2026, 1, 31, 17, 0, 0, 0, time.UTC) || to.UTC() != time.Date(2026, 2, 28, 17, 0, 0, 0, time.UTC) {
		t.Errorf("bounds %s, %s", from.UTC(), to.UTC())
	}
}

func TestGauge(t *testing.T) {
	for _, c := range []struct {
		used, limit int
		percentage  float64
	}{{0, 1, 0}, {1, 3, 33.33}, {5, 5, 100}, {7, 5, 140}, {9, Unlimited, 0}} {
		if got := gauge(c.used, c.limit); got.Percentage != c.percentage {
			t.Errorf("gauge(%d, %d) = %v", c.used, c.limit, got.Percentage)
		}
	}
}
