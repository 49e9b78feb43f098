package paperid

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Headers of a callback. The provider itself documents neither: the signature comes from our simulator or from a proxy
// in front of us, the company id from a switch in the provider's dashboard.
const (
	SignatureHeader = "X-Paper-Signature"
	CompanyHeader   = "Paper-Company-Id"
)

// Sign returns the value of SignatureHeader for a body: "sha256=" and the HMAC-SHA256 of the raw bytes in hex.
func Sign(secret string, body []byte) string {
	return "sha256=" + hex.EncodeToString(mac(secret, body))
}

// VerifySignature tells whether a SignatureHeader value belongs to exactly these bytes, in constant time. An empty
// secret verifies nothing.
func VerifySignature(secret string, body []byte, header string) bool {
	digits, ok := strings.CutPrefix(header, "sha256=")
	if !ok || secret == "" {
		return false
	}
	given, err := hex.DecodeString(digits)
	return err == nil && hmac.Equal(given, mac(secret, body))
}

func mac(secret string, body []byte) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return h.Sum(nil)
}
