package mail

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a mail server on a loopback port that keeps what it is sent.
type server struct {
	Host string
	Port int

	Implicit bool              // TLS from the first byte
	StartTLS bool              // offers STARTTLS
	Auth     string            // offers AUTH PLAIN and wants this "user:password"
	Replies  map[string]string // answers by verb instead of the usual ones; "" hangs up

	certificate tls.Certificate
	authority   *x509.CertPool

	mu       sync.Mutex
	received []envelope
}

// envelope is one message as the server got it.
type envelope struct {
	From, To  string
	Lines     []string
	Encrypted bool
}

func (s *server) Received() []envelope {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// start listens until the test is over.
func (s *server) start(t *testing.T) *server {
	t.Helper()
	s.certificate, s.authority = selfSigned(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.Host, s.Port = "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
	if s.Implicit {
		listener = tls.NewListener(listener, s.tls())
	}
	var sessions sync.WaitGroup
	sessions.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			sessions.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		sessions.Wait()
	})
	return s
}

func (s *server) tls() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{s.certificate}}
}

// clientTLS trusts the server's certificate.
func (s *server) clientTLS() *tls.Config { return &tls.Config{RootCAs: s.authority} }

func (s *server) serve(conn net.Conn) {
	defer func() { conn.Close() }()
	text := textproto.NewConn(conn)
	encrypted, signedIn := s.Implicit, s.Auth == ""
	var current envelope
	text.PrintfLine("220 test ready")
	for {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		verb, argument, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		if reply, ok := s.Replies[verb]; ok {
			if reply == "" {
				return
			}
			text.PrintfLine("%s", reply)
			continue
		}
		switch verb {
		case "EHLO":
			text.PrintfLine("250-test")
			if s.StartTLS && !encrypted {
				text.PrintfLine("250-STARTTLS")
			}
			if s.Auth != "" {
				text.PrintfLine("250-AUTH PLAIN")
			}
			text.PrintfLine("250 8BITMIME")
		case "STARTTLS":
			text.PrintfLine("220 go ahead")
			secure := tls.Server(conn, s.tls())
			if secure.Handshake() != nil {
				return
			}
			conn, text, encrypted = secure, textproto.NewConn(secure), true
		case "AUTH":
			want := "PLAIN " + base64.StdEncoding.EncodeToString([]byte("\x00"+strings.Replace(s.Auth, ":", "\x00", 1)))
			signedIn = argument == want
			text.PrintfLine("%s", map[bool]string{true: "235 welcome", false: "535 5.7.8 no"}[signedIn])
		case "MAIL":
			if !signedIn {
				text.PrintfLine("530 5.7.0 sign in first")
				continue
			}
			current = envelope{From: between(argument), Encrypted: encrypted}
			text.PrintfLine("250 ok")
		case "RCPT":
			current.To = between(argument)
			text.PrintfLine("250 ok")
		case "DATA":
			text.PrintfLine("354 go ahead")
			lines, err := text.ReadDotLines()
			if err != nil {
				return
			}
			if reply, ok := s.Replies["."]; ok {
				text.PrintfLine("%s", reply)
				continue
			}
			current.Lines = lines
			s.mu.Lock()
			s.received = append(s.received, current)
			s.mu.Unlock()
			text.PrintfLine("250 2.0.0 queued")
		case "QUIT":
			text.PrintfLine("221 bye")
			return
		default:
			text.PrintfLine("502 what?")
		}
	}
}

// between returns what stands between < and >.
func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}

func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
