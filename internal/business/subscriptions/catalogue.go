package subscriptions

import (
	"math"

	"reserva/internal/kit/money"
)

// Catalogue is the price list, seen from a tenant's plan.
type Catalogue struct {
	Plans          []Offer  `json:"plans"`
	CurrentPlan    string   `json:"current_plan" example:"free"`
	UpgradePaths   []string `json:"upgrade_paths" doc:"Larger plans, the next first."`
	DowngradePaths []string `json:"downgrade_paths" doc:"Smaller plans, the next first."`
}

// Offer is one plan, with the keys of both generations of the guide.
type Offer struct {
	Plan        string `json:"plan" enum:"free,pro,enterprise"`
	PlanType    Plan   `json:"plan_type" enum:"FREE,PRO,ENTERPRISE"`
	Name        string `json:"name" example:"Pro"`
	DisplayName string `json:"display_name" example:"Pro"`
	Description string `json:"description"`

	Price       Price       `json:"price"`
	Limits      OfferLimits `json:"limits"`
	Features    any         `json:"features" doc:"The block of switches; with format=v2 the list of lines."`
	FeatureList []string    `json:"feature_list"`
	Pricing     Pricing     `json:"pricing"`
}

// Price is what a plan costs for each period.
type Price struct {
	Monthly   money.Number   `json:"monthly" example:"599000"`
	Quarterly money.Number   `json:"quarterly" example:"1617300"`
	Yearly    money.Number   `json:"yearly" example:"6468000"`
	Currency  money.Currency `json:"currency"`
}

// Pricing is Price in the keys of the older guide.
type Pricing struct {
	MonthlyPrice          money.Number   `json:"monthly_price" example:"599000"`
	YearlyPrice           money.Number   `json:"yearly_price" example:"6468000"`
	SetupFee              money.Number   `json:"setup_fee" example:"0"`
	Currency              money.Currency `json:"currency"`
	YearlyDiscountPercent float64        `json:"yearly_discount_percent" example:"10.02"`
}

// OfferLimits are the limits that the price list names; -1 is unlimited.
type OfferLimits struct {
	MaxOutlets              int `json:"max_outlets" example:"10"`
	MaxStaffPerOutlet       int `json:"max_staff_per_outlet" example:"50"`
	MaxAppointmentsPerMonth int `json:"max_appointments_per_month" example:"2000"`
	MaxServices             int `json:"max_services" example:"50"`
	MaxServicesPerVisit     int `json:"max_services_per_appointment" example:"-1"`
	MaxPackages             int `json:"max_packages" example:"10"`
	MaxItemsPerPackage      int `json:"max_items_per_package" example:"10"`
}

// catalogue lists the plans for a tenant on current. With asLines, features are
// the newer guide's lines instead of the older one's block.
func catalogue(current Plan, asLines bool) Catalogue {
	c := Catalogue{
		Plans: []Offer{}, CurrentPlan: current.Lower(), UpgradePaths: []string{}, DowngradePaths: []string{},
	}
	for _, p := range Plans() {
		c.Plans = append(c.Plans, p.offer(asLines))
		switch {
		case p.rank() > current.rank():
			c.UpgradePaths = append(c.UpgradePaths, p.Lower())
		case p.rank() < current.rank():
			c.DowngradePaths = append([]string{p.Lower()}, c.DowngradePaths...)
		}
	}
	return c
}

func (p Plan) offer(asLines bool) Offer {
	amount := func(minor int64) money.Number { return money.Number{Minor: minor, Currency: Currency} }
	price, limits := p.price(), p.Limits()
	offer := Offer{
		Plan: p.Lower(), PlanType: p, Name: p.displayName(), DisplayName: p.displayName(), Description: p.description(),
		Price: Price{
			Monthly: amount(price.monthly), Quarterly: amount(price.quarterly), Yearly: amount(price.yearly), Currency: Currency,
		},
		Limits: OfferLimits{
			MaxOutlets: limits.Outlets, MaxStaffPerOutlet: limits.StaffPerOutlet,
			MaxAppointmentsPerMonth: limits.AppointmentsPerMonth, MaxServices: limits.Services,
			MaxServicesPerVisit: limits.ServicesPerAppointment, MaxPackages: limits.Packages,
			MaxItemsPerPackage: limits.ItemsPerPackage,
		},
		Features: p.Features(), FeatureList: p.lines(),
		Pricing: Pricing{
			MonthlyPrice: amount(price.monthly), YearlyPrice: amount(price.yearly), SetupFee: amount(0), Currency: Currency,
			YearlyDiscountPercent: price.yearlyDiscount(),
		},
	}
	if asLines {
		offer.Features = offer.FeatureList
	}
	return offer
}

// yearlyDiscount is what twelve months cost less by the year, in percent with two
// digits.
func (p price) yearlyDiscount() float64 {
	if p.monthly == 0 {
		return 0
	}
	whole := float64(12 * p.monthly)
	return math.Round((whole-float64(p.yearly))/whole*10_000) / 100
}
