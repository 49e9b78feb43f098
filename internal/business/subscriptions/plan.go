package subscriptions

import (
	"strings"

	"reserva/internal/kit/money"
)

// Plan is the name of a plan, in the spelling of the newer guide.
type Plan string

// The plans.
const (
	Free       Plan = "FREE"
	Pro        Plan = "PRO"
	Enterprise Plan = "ENTERPRISE"
)

// Plans returns all plans, the smallest first.
func Plans() []Plan { return []Plan{Free, Pro, Enterprise} }

// ParsePlan reads the name of a plan in any case.
func ParsePlan(raw string) (Plan, bool) {
	p := Plan(strings.ToUpper(strings.TrimSpace(raw)))
	return p, p.rank() > 0
}

// Lower is the name in the spelling of the older guide: "free".
func (p Plan) Lower() string { return strings.ToLower(string(p)) }

// CanUpgrade reports whether there is a larger plan.
func (p Plan) CanUpgrade() bool { return p != Enterprise }

func (p Plan) rank() int {
	for i, known := range Plans() {
		if p == known {
			return i + 1
		}
	}
	return 0
}

// Unlimited is the value of a limit that there is not.
const Unlimited = -1

// Limits are what a plan allows; Unlimited where nothing is limited.
type Limits struct {
	Outlets                int
	StaffPerOutlet         int // active staff members of one outlet
	AppointmentsPerMonth   int
	Services               int
	ServicesPerAppointment int
	Packages               int
	ItemsPerPackage        int
	OutletPrices           bool // prices that differ by outlet
	CategoryTemplates      bool // service category templates of one's own
}

// Allows reports whether there is room for one more beside used ones.
func Allows(limit, used int) bool { return limit == Unlimited || used < limit }

// Limits returns what the plan allows; an unknown plan allows what FREE does.
func (p Plan) Limits() Limits {
	switch p {
	case Pro:
		return Limits{
			Outlets: 10, StaffPerOutlet: 50, AppointmentsPerMonth: 2000, Services: 50, ServicesPerAppointment: Unlimited,
			Packages: 10, ItemsPerPackage: 10, OutletPrices: true, CategoryTemplates: true,
		}
	case Enterprise:
		return Limits{
			Outlets: Unlimited, StaffPerOutlet: Unlimited, AppointmentsPerMonth: Unlimited, Services: Unlimited,
			ServicesPerAppointment: Unlimited, Packages: 100, ItemsPerPackage: 20, OutletPrices: true, CategoryTemplates: true,
		}
	default:
		return Limits{
			Outlets: 1, StaffPerOutlet: 5, AppointmentsPerMonth: 100, Services: 10, ServicesPerAppointment: 20,
			Packages: 1, ItemsPerPackage: 3,
		}
	}
}

// FeeRate is the platform's share of each payment of the plan's tenants.
// Packages and cash are free of it.
func (p Plan) FeeRate() money.Rate {
	switch p {
	case Pro:
		return 50_000
	case Enterprise:
		return 30_000
	default:
		return 80_000
	}
}

// Currency is what plans are priced in.
const Currency = money.IDR

// price is what a plan costs, in whole rupiah. The yearly price is listed, not
// computed; the quarterly one is three months less a tenth.
type price struct{ monthly, quarterly, yearly int64 }

func (p Plan) price() price {
	switch p {
	case Pro:
		return price{599_000, 1_617_300, 6_468_000}
	case Enterprise:
		return price{1_499_000, 4_047_300, 16_188_000}
	default:
		return price{}
	}
}
