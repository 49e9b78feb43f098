package webhooks

import (
	"net/netip"
	"testing"

	"reserva/internal/billing/paperid"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/id"
)

func TestVerify(t *testing.T) {
	t.Parallel()
	body := []byte(`{"a": 1}`)
	right := proof{body: body, signature: paperid.Sign("secret", body), company: "c1", token: "t1", from: netip.MustParseAddr("::ffff:192.0.2.7")}
	all := Config{Secret: "secret", CompanyID: "c1", Token: "t1", Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}
	const mine, other = id.ID("6b0122f129abbffc7f79db7a"), id.ID("6b0122f129abbffc7f79db7b")
	right.tenant = mine
	without := func(change func(*proof)) proof {
		p := right
		change(&p)
		return p
	}
	tests := []struct {
		name              string
		config            Config
		proof             proof
		signed, open, own bool
	}{
		{"nothing asked", Config{}, right, false, true, true},
		{"all right", all, right, true, true, true},
		{"no signature", all, without(func(p *proof) { p.signature = "" }), false, true, true},
		{"another signature", all, without(func(p *proof) { p.signature = "sha256=00" }), false, false, false},
		{"another body", all, without(func(p *proof) { p.body = []byte(`{"a": 2}`) }), false, false, false},
		{"no company", all, without(func(p *proof) { p.company = "" }), false, false, true},
		{"no token", all, without(func(p *proof) { p.token = "" }), false, false, false},
		{"the token of the business", all, without(func(p *proof) { p.token = tenants.CallbackToken("t1", mine) }), false, false, true},
		{"the token of another", all, without(func(p *proof) { p.token = tenants.CallbackToken("t1", other) }), false, false, false},
		{"longer token", all, without(func(p *proof) { p.token = "t1 " }), false, false, false},
		{"elsewhere", all, without(func(p *proof) { p.from = netip.MustParseAddr("198.51.100.1") }), false, false, false},
		{"nowhere", all, without(func(p *proof) { p.from = netip.Addr{} }), false, false, false},
		{"signature alone", Config{Secret: "secret"}, right, true, true, true},
		{"company alone", Config{CompanyID: "c1"}, right, true, true, true},
		{"token alone", Config{Token: "t1"}, right, true, true, true},
	}
	for _, tt := range tests {
		for g, want := range map[guard]bool{signed: tt.signed, open: tt.open, own: tt.own} {
			if err := tt.config.verify(g, tt.proof); (err == nil) != want {
				t.Errorf("%s, guard %d: %v", tt.name, g, err)
			}
		}
	}
}
