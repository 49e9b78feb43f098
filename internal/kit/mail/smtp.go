package mail

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// TLS says how the connection to a mail server is encrypted.
type TLS string

const (
	// TLSNone sends in the clear: for a relay on the same machine.
	TLSNone TLS = "none"
	// TLSStart begins in the clear and insists on STARTTLS, usually on port 587.
	TLSStart TLS = "starttls"
	// TLSImplicit is encrypted from the first byte, usually on port 465.
	TLSImplicit TLS = "tls"
)

// SMTPConfig names a mail server. Without User no sign-in is tried; without TLS it is TLSStart; without Port it is the
// usual one of the TLS mode.
type SMTPConfig struct {
	Host           string
	Port           int
	User, Password string
	TLS            TLS
	TLSConfig      *tls.Config // optional: a private certificate authority
}

// SMTP is the Sender that hands each message to a mail server, over a connection of its own.
type SMTP struct {
	config SMTPConfig
}

// timeout bounds each step of the conversation; the context bounds the whole.
const timeout = 20 * time.Second

// NewSMTP checks the configuration; it does not connect.
func NewSMTP(config SMTPConfig) (*SMTP, error) {
	config.TLS = cmp.Or(config.TLS, TLSStart)
	usual := map[TLS]int{TLSNone: 25, TLSStart: 587, TLSImplicit: 465}[config.TLS]
	config.Port = cmp.Or(config.Port, usual)
	switch {
	case config.Host == "":
		return nil, errors.New("mail: no SMTP host")
	case usual == 0:
		return nil, errors.New("mail: the TLS mode is none of none, starttls, tls")
	case config.Port < 1 || config.Port > 65535:
		return nil, errors.New("mail: no such SMTP port")
	}
	if config.TLSConfig == nil {
		config.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	config.TLSConfig = config.TLSConfig.Clone()
	config.TLSConfig.ServerName = cmp.Or(config.TLSConfig.ServerName, config.Host)
	return &SMTP{config: config}, nil
}

// Send hands the message over. Errors name no recipient, so that they can be logged.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	message, err := compose(m)
	if err != nil {
		return err
	}
	// The library leaves a connection open that fails while it is being set up, and does not watch the context
	// afterwards. So the connection is ours to close.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	client, err := s.client(func(dialCtx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialCtx, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	})
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("mail: connecting: %w", cmp.Or(ctx.Err(), err))
	}
	err = client.SendWithSMTPClient(session, message)
	if message.IsDelivered() {
		// A farewell that fails must not make a job send the message again.
		_ = client.CloseWithSMTPClient(session)
		return nil
	}
	return refusal(ctx, err)
}

func (s *SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if s.config.TLS == TLSImplicit {
		return (&tls.Dialer{Config: s.config.TLSConfig}).DialContext(ctx, network, address)
	}
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

func (s *SMTP) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	// With a dialler of our own the library learns that the connection is encrypted only under a STARTTLS policy;
	// the opportunistic one asks for nothing further where the connection already is.
	policy := map[TLS]gomail.TLSPolicy{
		TLSNone: gomail.NoTLS, TLSStart: gomail.TLSMandatory, TLSImplicit: gomail.TLSOpportunistic,
	}[s.config.TLS]
	options := []gomail.Option{
		gomail.WithPort(s.config.Port),
		gomail.WithTimeout(timeout),
		gomail.WithTLSPolicy(policy),
		gomail.WithTLSConfig(s.config.TLSConfig),
		gomail.WithDialContextFunc(dial),
		gomail.WithoutNoop(),
		gomail.WithoutRset(),
	}
	if s.config.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(s.config.User), gomail.WithPassword(s.config.Password))
	}
	return gomail.NewClient(s.config.Host, options...)
}

// compose builds the MIME message.
func compose(m Message) (*gomail.Msg, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	message := gomail.NewMsg()
	message.FromMailAddress(&m.From)
	message.ToMailAddress(&m.To)
	if m.ReplyTo != (Address{}) {
		message.ReplyToMailAddress(&m.ReplyTo)
	}
	message.Subject(m.Subject)
	for name, value := range m.Headers {
		message.SetGenHeader(gomail.Header(name), value)
	}
	// The library's own id would tell the name of this machine.
	_, domain, _ := strings.Cut(m.From.Address, "@")
	message.SetMessageIDWithValue(strings.ToLower(rand.Text()) + "@" + domain)
	message.SetDate()
	message.SetBodyString(gomail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		message.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	}
	if m.Entry != nil {
		message.AddAlternativeString(gomail.ContentType("text/calendar; method="+m.Entry.Method), m.Entry.Text)
		err := message.AttachReader(entryFile, strings.NewReader(m.Entry.Text), gomail.WithFileContentType("application/ics"))
		if err != nil {
			return nil, errors.Join(ErrMessage, err)
		}
	}
	if m.File != nil {
		err := message.AttachReader(m.File.Name, bytes.NewReader(m.File.Bytes), gomail.WithFileContentType(gomail.ContentType(m.File.Type)))
		if err != nil {
			return nil, errors.Join(ErrMessage, err)
		}
	}
	return message, nil
}

// entryFile is what the file of a calendar entry is called.
const entryFile = "invite.ics"

// refusal turns the library's error, which repeats the recipients, into one of ours.
func refusal(ctx context.Context, err error) error {
	if cause := ctx.Err(); cause != nil {
		return fmt.Errorf("mail: sending: %w", cause)
	}
	var sendErr *gomail.SendError
	if !errors.As(err, &sendErr) {
		return fmt.Errorf("mail: sending: %w", err)
	}
	code := sendErr.ErrorCode()
	if code/100 == 5 {
		switch sendErr.Reason {
		case gomail.ErrSMTPRcptTo, gomail.ErrSMTPData, gomail.ErrSMTPDataClose:
			return fmt.Errorf("%w: %v, code %d", ErrRejected, sendErr.Reason, code)
		}
	}
	if code != 0 {
		return fmt.Errorf("mail: %v, code %d", sendErr.Reason, code)
	}
	return fmt.Errorf("mail: %v: the connection failed", sendErr.Reason)
}
