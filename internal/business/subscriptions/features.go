package subscriptions

// Features are a plan's switches in the documented block. Of them, only webhook
// integrations, API access, custom domain, branding, and WhatsApp and SMS notices
// hold anything back; the rest describes the plan.
type Features struct {
	MaxOutlets              int `json:"max_outlets" doc:"999999 is unlimited, in this block."`
	MaxStaffPerOutlet       int `json:"max_staff_per_outlet"`
	MaxCustomers            int `json:"max_customers"`
	MaxServices             int `json:"max_services"`
	MaxAppointmentsPerMonth int `json:"max_appointments_per_month"`

	CustomBranding        bool `json:"custom_branding"`
	APIAccess             bool `json:"api_access"`
	PrioritySupport       bool `json:"priority_support"`
	WhatsAppNotifications bool `json:"whatsapp_notifications"`
	EmailNotifications    bool `json:"email_notifications"`
	SMSNotifications      bool `json:"sms_notifications"`
	PaymentProcessing     bool `json:"payment_processing"`
	AnalyticsDashboard    bool `json:"analytics_dashboard"`
	StaffAppAccess        bool `json:"staff_app_access"`
	CustomerPortal        bool `json:"customer_portal"`
	OnlineBooking         bool `json:"online_booking"`
	RecurringAppointments bool `json:"recurring_appointments"`
	LoyaltyProgram        bool `json:"loyalty_program"`
	CustomDomain          bool `json:"custom_domain"`
	WebhookIntegrations   bool `json:"webhook_integrations"`

	PlatformFeeEnabled bool   `json:"platform_fee_enabled"`
	PlatformFeeRate    string `json:"platform_fee_rate" example:"0.08"`
}

// Features returns the plan's block.
func (p Plan) Features() Features {
	limits := p.Limits()
	paid, largest := p.rank() >= Pro.rank(), p == Enterprise
	return Features{
		MaxOutlets:              shown(limits.Outlets),
		MaxStaffPerOutlet:       shown(limits.StaffPerOutlet),
		MaxCustomers:            shown(Unlimited),
		MaxServices:             shown(limits.Services),
		MaxAppointmentsPerMonth: shown(limits.AppointmentsPerMonth),

		EmailNotifications: true, StaffAppAccess: true, CustomerPortal: true, OnlineBooking: true, PaymentProcessing: true,

		CustomBranding: paid, APIAccess: paid, PrioritySupport: paid, WhatsAppNotifications: paid, SMSNotifications: paid,
		AnalyticsDashboard: paid, RecurringAppointments: paid, LoyaltyProgram: paid,

		CustomDomain: largest, WebhookIntegrations: largest,

		PlatformFeeEnabled: true, PlatformFeeRate: p.FeeRate().String(),
	}
}

// shown is how the older block spells a limit.
func shown(limit int) int {
	if limit == Unlimited {
		return 999999
	}
	return limit
}

// lines are what the plan offers, in the words of a price list.
func (p Plan) lines() []string {
	switch p {
	case Pro:
		return []string{
			"Everything in Free", "API access", "Waitlist", "Loyalty program", "Priority support",
			"SMS and WhatsApp notifications", "Prices by outlet",
		}
	case Enterprise:
		return []string{"Everything in Pro", "Unlimited outlets, staff and appointments", "Custom domain", "Webhook integrations"}
	default:
		return []string{"Basic booking", "Email notifications", "Customer portal"}
	}
}

func (p Plan) displayName() string {
	switch p {
	case Pro:
		return "Pro"
	case Enterprise:
		return "Enterprise"
	default:
		return "Free"
	}
}

func (p Plan) description() string {
	switch p {
	case Pro:
		return "For growing businesses with several outlets."
	case Enterprise:
		return "For chains: no limits on outlets, staff and appointments."
	default:
		return "For a single outlet that starts to book online."
	}
}
