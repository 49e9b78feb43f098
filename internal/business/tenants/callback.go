package tenants

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"

	"reserva/internal/kit/id"
)

// PaperWebhook is the path, below the public URL, that callbacks about a business's own
// account at Paper.id are taken at. Where the operator asks callbacks for a token, the
// business's own is in it.
func PaperWebhook(tenant id.ID, operators string) string {
	path := "/api/v1/webhooks/paper-invoice/tenant/" + string(tenant)
	if operators == "" {
		return path
	}
	return path + "?token=" + CallbackToken(operators, tenant)
}

// CallbackToken is the token of a business, made of the operator's: who has it knows
// neither that nor another's.
func CallbackToken(operators string, tenant id.ID) string {
	mac := hmac.New(sha256.New, []byte(operators))
	mac.Write([]byte("callbacks of " + string(tenant)))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}
