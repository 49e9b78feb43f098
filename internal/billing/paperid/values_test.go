package paperid

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseRupiah(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		bad  bool
	}{
		{in: "108000", want: 108000},
		{in: "108000.00", want: 108000},
		{in: "4440.5", want: 4441},
		{in: "4440.49", want: 4440},
		{in: "1.08e5", want: 108000},
		{in: "1e5", want: 100000},
		{in: "1E+5", want: 100000},
		{in: "5e-1", want: 1},
		{in: "4e-1", want: 0},
		{in: "1e-9", want: 0},
		{in: "-250", want: -250},
		{in: "", want: 0},
		{in: "null", want: 0},
		{in: "9223372036854775806", want: math.MaxInt64 - 1},
		{in: "9223372036854775808", bad: true},
		{in: "1e999999999", bad: true},
		{in: "1e20", bad: true},
		{in: "abc", bad: true},
		{in: "1.2.3", bad: true},
		{in: "--1", bad: true},
		{in: ".5", bad: true},
		{in: "{}", bad: true},
		{in: strings.Repeat("1", 41), bad: true},
	}
	for _, tt := range tests {
		got, err := parseRupiah(tt.in)
		if got != tt.want || (err != nil) != tt.bad {
			t.Errorf("parseRupiah(%q) = %d, %v; want %d, bad %v", tt.in, got, err, tt.want, tt.bad)
		}
	}
}

func TestParseRupiahReadsWhatFloatsPrint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1e15).Draw(t, "n")
		for _, form := range []string{"%d", "%d.0", "%d.00", "%de0"} {
			if got, err := parseRupiah(fmt.Sprintf(form, n)); err != nil || got != n {
				t.Fatalf("parseRupiah of %s for %d = %d, %v", form, n, got, err)
			}
		}
		if got, err := parseRupiah(fmt.Sprintf("%.17e", float64(n))); err != nil || got != n {
			t.Fatalf("parseRupiah(%.17e) = %d, %v", float64(n), got, err)
		}
	})
}

func TestReadTime(t *testing.T) {
	wib := jakarta()
	tests := []struct {
		in   string
		want time.Time
	}{
		{"2025-06-18 05:21:16.529804427 +0700 WIB", time.Date(2025, 6, 18, 5, 21, 16, 529804427, wib)},
		{"2025-06-18 05:21:16.5 +0700 WIB m=+0.012", time.Date(2025, 6, 18, 5, 21, 16, 500000000, wib)},
		{"2025-06-18 05:21:16 +0000 UTC", time.Date(2025, 6, 18, 5, 21, 16, 0, time.UTC)},
		{"2021-08-09T11:23:50.550571+07:00", time.Date(2021, 8, 9, 11, 23, 50, 550571000, wib)},
		{"01-02-2021 23:59:59", time.Date(2021, 2, 1, 23, 59, 59, 0, wib)},
		{"01-02-2021", time.Date(2021, 2, 1, 0, 0, 0, 0, wib)},
		{"2021-02-01", time.Date(2021, 2, 1, 0, 0, 0, 0, wib)},
		{"2021-02-01 10:00:00", time.Date(2021, 2, 1, 10, 0, 0, 0, wib)},
		{"31-31-2021", time.Time{}},
		{"yesterday", time.Time{}},
		{"", time.Time{}},
	}
	for _, tt := range tests {
		if got := readTime(tt.in); !got.Equal(tt.want) {
			t.Errorf("readTime(%q) = %v, want %v", tt.in, got, tt.want)
		}
	}
}

func TestDates(t *testing.T) {
	// 18:30 UTC is the next day in Jakarta.
	d := DateOf(time.Date(2026, 3, 31, 18, 30, 0, 0, time.UTC))
	if d != (Date{2026, time.April, 1}) || d.String() != "2026-04-01" || d.dashed() != "01-04-2026" {
		t.Errorf("got %v, %s", d, d.dashed())
	}
	if !readDate("nonsense").IsZero() || readDate("2026-04-01") != d {
		t.Error("readDate")
	}
}

func TestAbsolute(t *testing.T) {
	tests := []struct{ in, scheme, want string }{
		{"get.paper.id/Bdx8K2F", "https", "https://get.paper.id/Bdx8K2F"},
		{"localhost:8080/pay/1", "http", "http://localhost:8080/pay/1"},
		{"//get.paper.id/x", "https", "https://get.paper.id/x"},
		{"https://get.paper.id/x", "http", "https://get.paper.id/x"},
		{"get.paper.id/x?to=https://shop.example", "https", "https://get.paper.id/x?to=https://shop.example"},
		{" get.paper.id/x\n", "https", "https://get.paper.id/x"},
		{"", "https", ""},
		{"javascript://x%0aalert(1)", "https", ""},
		{`get.paper.id/"><script>`, "https", ""},
	}
	for _, tt := range tests {
		if got := absolute(tt.in, tt.scheme); got != tt.want {
			t.Errorf("absolute(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestCustomerID(t *testing.T) {
	id := CustomerID("65f0", "Siti Aminah", "siti@example.com", "+6281234567890")
	if !strings.HasPrefix(id, "65f0-") || len(id) != len("65f0-")+8 {
		t.Fatalf("got %q", id)
	}
	if same := CustomerID("65f0", "  siti   AMINAH", "Siti@Example.com ", "+62 812-3456-7890"); same != id {
		t.Errorf("spelling changed the id: %q and %q", same, id)
	}
	for _, other := range []string{
		CustomerID("65f0", "Siti A.", "siti@example.com", "+6281234567890"),
		CustomerID("65f0", "Siti Aminah", "s@example.com", "+6281234567890"),
		CustomerID("65f0", "Siti Aminah", "siti@example.com", "+6281234567891"),
	} {
		if other == id {
			t.Error("changed contact data kept the id")
		}
	}
}

func TestSignature(t *testing.T) {
	body := []byte(`{"ref_id":"1"}`)
	good := Sign("secret", body)
	tests := []struct {
		name, secret, header string
		body                 []byte
		want                 bool
	}{
		{"right", "secret", good, body, true},
		{"upper-case digits", "secret", "sha256=" + strings.ToUpper(good[7:]), body, true},
		{"other secret", "Secret", good, body, false},
		{"other body", "secret", good, []byte(`{"ref_id":"2"}`), false},
		{"no secret configured", "", Sign("", body), body, false},
		{"no header", "secret", "", body, false},
		{"no prefix", "secret", good[7:], body, false},
		{"not hex", "secret", "sha256=zz", body, false},
		{"cut short", "secret", good[:20], body, false},
	}
	for _, tt := range tests {
		if got := VerifySignature(tt.secret, tt.body, tt.header); got != tt.want {
			t.Errorf("%s: got %v", tt.name, got)
		}
	}
}

func TestTotal(t *testing.T) {
	in := InvoiceInput{
		Items:       []Item{{Quantity: 2, Price: 50_000, Discount: Discount{Amount: 10_000}}, {Quantity: 1, Price: 8_000}},
		DeliveryFee: 5_000, Discount: Discount{Amount: 3_000},
	}
	if total, exact := in.Total(); total != 100_000 || !exact {
		t.Errorf("got %d, %v", total, exact)
	}
	for name, change := range map[string]func(*InvoiceInput){
		"percentage on a line":    func(in *InvoiceInput) { in.Items[0].Discount = Discount{Percent: 10} },
		"percentage on the whole": func(in *InvoiceInput) { in.Discount = Discount{Percent: 10} },
		"tax":                     func(in *InvoiceInput) { in.Items[1].TaxID = "ppn" },
	} {
		changed := in
		changed.Items = append([]Item{}, in.Items...)
		change(&changed)
		if _, exact := changed.Total(); exact {
			t.Errorf("%s: called exact", name)
		}
	}
}
