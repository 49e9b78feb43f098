package demo

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// Story is what there is after a demo.
type Story struct {
	URL        string // where the server will be reached
	Seed       uint64
	Today      string
	Businesses []Business
	// Calls are the examples of the guest API's documentation, each good for one use.
	Calls []Call
	// PaymentPages are open at the simulated provider.
	PaymentPages []string

	began time.Time
}

// Business is one that was made.
type Business struct {
	Name, Slug, Zone, Currency, Plan    string
	Admin                               string   // e-mail address of the administrator
	Accounts                            []string // e-mail addresses of customers who sign in
	Outlets, Staff, Customers, Payments int
	Appointments                        map[string]int // by status
}

// Statuses are those of appointments, in the order of their lives.
func Statuses() []string {
	return []string{"pending", "confirmed", "in_progress", "completed", "cancelled", "no_show"}
}

// Call is a request to be pasted.
type Call struct {
	About, Method, Path string
	Header              []header
	Body                []member
}

type header struct{ name, value string }

// member is one of a JSON object that is shown in its order.
type member struct{ name, value string }

func (c *Call) json() string {
	var b strings.Builder
	for i, m := range c.Body {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, "    %q: %q", m.name, m.value)
	}
	return "{\n" + b.String() + "\n  }"
}

// curl is the call as a command.
func (c *Call) curl(url string) string {
	lines := []string{fmt.Sprintf("curl -X %s %q", c.Method, url+c.Path)}
	if c.Body != nil {
		lines = append(lines, `-H "Content-Type: application/json"`)
	}
	for _, h := range c.Header {
		lines = append(lines, fmt.Sprintf("-H %q", h.name+": "+h.value))
	}
	if c.Body != nil {
		lines = append(lines, "-d '"+c.json()+"'")
	}
	return strings.Join(lines, " \\\n  ")
}

// Print tells a person what to do with it. program is how they called it.
func (s *Story) Print(w io.Writer, program string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "business\tzone\t\tplan\toutlets\tstaff\tcustomers\tpayments\t%s\n", strings.Join(Statuses(), "\t"))
	for _, b := range s.Businesses {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%d\t%d\t%d\t%d", b.Name, b.Zone, b.Currency, b.Plan, b.Outlets, b.Staff, b.Customers, b.Payments)
		for _, status := range Statuses() {
			fmt.Fprintf(table, "\t%d", b.Appointments[status])
		}
		fmt.Fprintln(table)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nStart the server with: %s\n\nEverybody's password is %s\n\n", program, password)
	for _, b := range s.Businesses {
		fmt.Fprintf(table, "%s\tadministrator\t%s\n", b.Slug, b.Admin)
		for _, account := range b.Accounts {
			fmt.Fprintf(table, "\tcustomer\t%s\n", account)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\nSign in at the desk\n\n" + s.signIn("/api/v1/auth/login", func(b Business) string { return b.Admin }))
	b.WriteString("\nSign in as a customer\n\n" + s.signIn("/api/v1/customer/auth/login", func(b Business) string { return b.Accounts[0] }))
	for _, c := range s.Calls {
		b.WriteString("\n" + c.About + "\n\n" + c.curl(s.URL) + "\n")
	}
	b.WriteString("\nPay what is open, at the simulated provider\n\n" + strings.Join(s.PaymentPages, "\n") + "\n")
	_, err := fmt.Fprintf(w, "%s\nMade for %s from seed %d in %.0f seconds.\n", b.String(), s.Today, s.Seed, time.Since(s.began).Seconds())
	return err
}

func (s *Story) signIn(path string, who func(Business) string) string {
	first := s.Businesses[0]
	c := Call{Method: "POST", Path: path, Body: []member{{"email", who(first)}, {"password", password}, {"tenant_slug", first.Slug}}}
	return c.curl(s.URL) + "\n"
}
