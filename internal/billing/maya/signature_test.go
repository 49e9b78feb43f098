package maya

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strconv"
	"testing"
	"time"
)

func TestSignedText(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"id": "a", "isPaid": true, "n": 12.50, "none": null, "empty": "", "list": [], "object": {}}`: "id=a&isPaid=true&n=12.50&nonce=x",
		`{"b": {"c": {"d": 1}}, "a": 2, "B": 3}`:                                                       "B=3&a=2&b.c.d=1&nonce=x",
		`{"items": [{"name": "Cut"}, {"name": ""}, "plain"]}`:                                          "items.0.name=Cut&items.2=plain&nonce=x",
		`{"amount": "2943", "big": 12345678901234567890}`:                                              "amount=2943&big=12345678901234567890&nonce=x",
	} {
		got, err := signedText([]byte(body), "x")
		if err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", body, got, err, want)
		}
	}
}

func TestVerify(t *testing.T) {
	t.Parallel()
	key, other := newKey(t), newKey(t)
	now := time.UnixMilli(1_760_000_000_000)
	body := []byte(`{"id": "p-1", "status": "PAYMENT_SUCCESS", "amount": "2943"}`)
	header, err := Sign(key, body, "n0nce")
	if err != nil {
		t.Fatal(err)
	}
	at := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).UnixMilli(), 10) }
	both := []*rsa.PublicKey{&other.PublicKey, &key.PublicKey}
	for name, c := range map[string]struct {
		keys            []*rsa.PublicKey
		body            string
		header, written string
		good            bool
	}{
		"as signed":           {both, string(body), header, at(0), true},
		"written otherwise":   {both, `{"amount":"2943","status":"PAYMENT_SUCCESS","id":"p-1","extra":null}`, header, at(0), true},
		"a little early":      {both, string(body), header, at(Tolerance), true},
		"a little late":       {both, string(body), header, at(-Tolerance), true},
		"too late":            {both, string(body), header, at(-Tolerance - time.Millisecond), false},
		"of the future":       {both, string(body), header, at(Tolerance + time.Millisecond), false},
		"without a time":      {both, string(body), header, "", false},
		"another key":         {both[:1], string(body), header, at(0), false},
		"no key":              {nil, string(body), header, at(0), false},
		"another amount":      {both, `{"id": "p-1", "status": "PAYMENT_SUCCESS", "amount": "1"}`, header, at(0), false},
		"another nonce":       {both, string(body), "nonce=other" + header[len("nonce=n0nce"):], at(0), false},
		"no signature":        {both, string(body), "", at(0), false},
		"an empty signature":  {both, string(body), "nonce=n0nce,v1=", at(0), false},
		"no object":           {both, `"text"`, header, at(0), false},
		"not JSON":            {both, `{`, header, at(0), false},
		"deeper than anybody": {both, deep(100), header, at(0), false},
	} {
		if err := Verify(c.keys, []byte(c.body), c.header, c.written, now); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseKeys(t *testing.T) {
	t.Parallel()
	one, two := newKey(t), newKey(t)
	pkix, err := x509.MarshalPKIXPublicKey(&one.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}),
		pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&two.PublicKey)})...)
	keys, err := ParseKeys(text)
	if err != nil || len(keys) != 2 || !keys[0].Equal(&one.PublicKey) || !keys[1].Equal(&two.PublicKey) {
		t.Errorf("%v, %v", keys, err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(one)})
	for name, text := range map[string]string{
		"nothing": "", "words": "a key", "a private key": string(private), "more": string(text) + "rest",
	} {
		if keys, err := ParseKeys([]byte(text)); err == nil {
			t.Errorf("%s: %v", name, keys)
		}
	}
}

func newKey(t *testing.T) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func deep(levels int) string {
	body := "1"
	for range levels {
		body = `{"a":` + body + `}`
	}
	return body
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte(`{"id": "p"}`), "nonce=n,v1=00", "1760000000000")
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, header, timestamp string) {
		if Verify([]*rsa.PublicKey{&key.PublicKey}, body, header, timestamp, time.UnixMilli(1_760_000_000_000)) == nil {
			t.Error("a made-up signature is right")
		}
	})
}
