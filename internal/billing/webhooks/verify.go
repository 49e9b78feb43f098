package webhooks

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/netip"

	"reserva/internal/billing/paperid"
	"reserva/internal/business/tenants"
	"reserva/internal/kit/fault"
	"reserva/internal/kit/id"
)

// Config are the means by which callbacks of Paper.id prove themselves. Those that are empty
// are not asked for.
type Config struct {
	// Secret is that of the signature: HMAC-SHA256 of the body, in X-Paper-Signature.
	Secret string
	// CompanyID is what Paper-Company-Id has to say.
	CompanyID string
	// Token is what ?token= has to say. On a business's own address the one made of it for
	// that business does as well.
	Token string
	// Networks are where callbacks come from.
	Networks []netip.Prefix

	Maya MayaConfig
	// Payouts asks the provider about withdrawals; nil where callbacks about them are
	// only stored.
	Payouts Payouts
}

// Payouts is what is asked when a callback tells of a withdrawal.
type Payouts interface {
	// Check asks the provider what became of a withdrawal and lets its answer take effect.
	Check(ctx context.Context, tenant, withdrawal id.ID) error
}

// Faults of callbacks.
var (
	ErrUnverified = fault.New(fault.Unauthenticated, "webhook.unverified", "The callback could not be verified.")
	ErrMalformed  = fault.New(fault.BadRequest, "webhook.malformed", "The callback is not a JSON object.")
)

// guard says how a route is guarded.
type guard int

const (
	// signed routes are open only to those who prove themselves.
	signed guard = iota
	// open routes ask for what is configured, but for a signature, which the provider
	// does not have; one that is there has to be right.
	open
	// own routes belong to one tenant, whose account is not ours: its company is not
	// known here.
	own
)

// proof is what a callback brings along.
type proof struct {
	body                      []byte
	signature, company, token string
	from                      netip.Addr
	tenant                    id.ID // of the path, on a business's own
}

// verify refuses a callback that does not prove itself as its route asks.
func (c Config) verify(g guard, p proof) error {
	proven, failed := false, false
	ask := func(asked, right bool) {
		proven = proven || asked && right
		failed = failed || asked && !right
	}
	ask(c.Secret != "" && (g == signed || p.signature != ""), paperid.VerifySignature(c.Secret, p.body, p.signature))
	ask(c.CompanyID != "" && g != own, same(c.CompanyID, p.company))
	ask(c.Token != "", same(c.Token, p.token) || g == own && same(tenants.CallbackToken(c.Token, p.tenant), p.token))
	ask(len(c.Networks) > 0, within(c.Networks, p.from))
	if failed || g == signed && !proven {
		return ErrUnverified
	}
	return nil
}

// same compares in constant time, whatever the lengths.
func same(want, got string) bool {
	a, b := sha256.Sum256([]byte(want)), sha256.Sum256([]byte(got))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func within(networks []netip.Prefix, address netip.Addr) bool {
	for _, n := range networks {
		if n.Contains(address.Unmap()) {
			return true
		}
	}
	return false
}
