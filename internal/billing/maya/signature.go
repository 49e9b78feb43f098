package maya

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Headers of a signed callback.
const (
	SignatureHeader = "X-Maya-Webhook-Signature"
	TimestampHeader = "X-Maya-Webhook-Timestamp"
)

// Tolerance is how far the time of a signed callback may be from ours.
const Tolerance = 5 * time.Minute

// ErrSignature is a callback whose signature is not right, or too old.
var ErrSignature = errors.New("maya: the callback's signature is not right")

// Sign returns the value of SignatureHeader for a body: "nonce=<nonce>,v1=<hex>".
func Sign(key *rsa.PrivateKey, body []byte, nonce string) (string, error) {
	text, err := signedText(body, nonce)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return "nonce=" + nonce + ",v1=" + hex.EncodeToString(signature), nil
}

// Verify tells whether a callback was signed under any of the keys, and its time, in milliseconds since 1970, is within
// Tolerance of now. The time is not part of what is signed, so this keeps out the careless rather than the malicious:
// no more than a question to the provider may hang on a callback. It fails with ErrSignature.
func Verify(keys []*rsa.PublicKey, body []byte, header, timestamp string, now time.Time) error {
	milliseconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.UnixMilli(milliseconds)).Abs() > Tolerance {
		return ErrSignature
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(header, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	signature, err := hex.DecodeString(parts["v1"])
	if err != nil || parts["nonce"] == "" || len(signature) == 0 {
		return ErrSignature
	}
	text, err := signedText(body, parts["nonce"])
	if err != nil {
		return ErrSignature
	}
	sum := sha256.Sum256([]byte(text))
	for _, key := range keys {
		if rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil {
			return nil
		}
	}
	return ErrSignature
}

// maxDepth bounds how deeply a callback may be nested.
const maxDepth = 20

// signedText flattens the body to dotted.key=value, without null, empty strings and empty lists, sorted by bytes and
// joined by &, with the nonce last. An integrator's reading: Maya documents the header, not the text.
func signedText(body []byte, nonce string) (string, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return "", err
	}
	pairs, err := flatten(nil, "", value, 0)
	if err != nil {
		return "", err
	}
	slices.Sort(pairs)
	return strings.Join(append(pairs, "nonce="+nonce), "&"), nil
}

func flatten(pairs []string, prefix string, value any, depth int) (_ []string, err error) {
	if depth > maxDepth {
		return nil, ErrSignature
	}
	at := func(key string) string { return strings.TrimPrefix(prefix+"."+key, ".") }
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if pairs, err = flatten(pairs, at(key), member, depth+1); err != nil {
				return nil, err
			}
		}
	case []any:
		for i, element := range value {
			if pairs, err = flatten(pairs, at(strconv.Itoa(i)), element, depth+1); err != nil {
				return nil, err
			}
		}
	case string:
		if value != "" {
			pairs = append(pairs, prefix+"="+value)
		}
	case json.Number:
		pairs = append(pairs, prefix+"="+value.String())
	case bool:
		pairs = append(pairs, prefix+"="+strconv.FormatBool(value))
	}
	return pairs, nil
}

// ParseKeys reads the public keys under which callbacks are signed: PEM blocks, one after the other.
func ParseKeys(text []byte) ([]*rsa.PublicKey, error) {
	var keys []*rsa.PublicKey
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		parsed, err := x509.ParsePKIXPublicKey(block.Bytes)
		if err != nil {
			parsed, err = x509.ParsePKCS1PublicKey(block.Bytes)
		}
		key, ok := parsed.(*rsa.PublicKey)
		if err != nil || !ok {
			return nil, errors.New("maya: a key is not an RSA public key")
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 || len(bytes.TrimSpace(text)) > 0 {
		return nil, errors.New("maya: not a list of public keys in PEM form")
	}
	return keys, nil
}
