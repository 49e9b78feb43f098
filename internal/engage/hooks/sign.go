package hooks

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// secretPrefix begins secrets, as Standard Webhooks writes them.
const secretPrefix = "whsec_"

// newSecret makes the secret of an endpoint: 32 random bytes in base64.
func newSecret() string {
	var b [32]byte
	rand.Read(b[:])
	return secretPrefix + base64.StdEncoding.EncodeToString(b[:])
}

// signature is that of a body under one or more secrets, separated by spaces: version 1
// of Standard Webhooks, HMAC-SHA256 of "id.timestamp.body" under the decoded secret.
func signature(message string, at time.Time, body string, secrets ...string) (string, error) {
	signed := make([]string, len(secrets))
	for i, secret := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, secretPrefix))
		if err != nil {
			return "", err
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(message + "." + strconv.FormatInt(at.Unix(), 10) + "." + body))
		signed[i] = "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	}
	return strings.Join(signed, " "), nil
}
