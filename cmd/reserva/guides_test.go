package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// guidesPatience bounds one session of guides; a guide that waits for something
// that never comes ends there.
const guidesPatience = 3 * time.Minute

// The guides are run as a reader would: all sh blocks of a session in one shell,
// against a new server with the limits that callers have. A json block after one
// shows what has to be in the last answer.
func TestGuides(t *testing.T) {
	t.Parallel()
	for _, session := range [][]string{
		{"README.md"},
		{"docs/guides/as-a-business.md", "docs/guides/as-a-customer.md", "docs/guides/guest-booking.md"},
		{"docs/guides/as-a-business.md", "docs/guides/appointments.md"},
		{"docs/guides/as-a-business.md", "docs/guides/as-a-customer.md", "docs/guides/payments.md"},
		{"docs/guides/as-a-business.md", "docs/guides/as-a-customer.md", "docs/guides/waitlist.md"},
		{"docs/guides/as-a-business.md", "docs/guides/calendars.md"},
		{"docs/guides/as-a-business.md", "docs/guides/maya.md"},
		{"docs/guides/as-a-business.md", "docs/guides/webhooks-out.md"},
		{"docs/guides/as-a-business.md", "docs/guides/as-a-customer.md", "docs/guides/webhooks-in.md"},
		{"docs/guides/as-a-business.md", "docs/guides/invoices.md"},
		{"docs/guides/sign-in.md"},
		{"docs/guides/roles.md"},
		{"docs/guides/services.md"},
		{"docs/guides/staff.md"},
		{"docs/guides/availability.md"},
		{"docs/guides/group-sessions.md"},
		{"docs/guides/tenants-and-outlets.md"},
		{"docs/guides/audit.md"},
		{"docs/guides/as-a-business.md", "docs/guides/as-a-customer.md", "docs/guides/withdrawals.md"},
		{"docs/guides/platform-fees.md"},
	} {
		t.Run(filepath.Base(session[len(session)-1]), func(t *testing.T) {
			t.Parallel()
			var blocks []block
			for _, guide := range session {
				blocks = append(blocks, blocksOf(t, guide)...)
			}
			walkThrough(t, start(t, dataFolder(t), nil, "RESERVA_EARNINGS_AFTER=0s"), blocks) // nobody waits a day
		})
	}
}

// A block is fenced text of a guide.
type block struct {
	at       string // file and line
	language string
	text     string
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// blocksOf reads the blocks that are run or looked at.
func blocksOf(t *testing.T, guide string) []block {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(guide)))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []block
	for _, at := range fence.FindAllSubmatchIndex(text, -1) {
		b := block{language: string(text[at[2]:at[3]]), text: string(text[at[4]:at[5]])}
		b.at = fmt.Sprintf("%s:%d", guide, 1+strings.Count(string(text[:at[0]]), "\n"))
		if b.language == "sh" || b.language == "json" {
			blocks = append(blocks, b)
		}
	}
	if len(blocks) == 0 || blocks[0].language != "sh" {
		t.Fatalf("%s does not begin with something to run", guide)
	}
	return blocks
}

func walkThrough(t *testing.T, s *server, blocks []block) {
	t.Helper()
	answers := t.TempDir()
	script := "set -euo pipefail\n"
	for i, b := range blocks {
		switch b.language {
		case "sh":
			script += fmt.Sprintf("echo '== %s' >&2\n%s\n", b.at, b.text)
		case "json":
			script += fmt.Sprintf("printf '%%s' \"$answer\" >%s\n", filepath.Join(answers, fmt.Sprint(i)))
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), guidesPatience)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir = answers
	shell.Env = append(clean(), "BASE="+s.url, "HOME="+answers, // nobody's .curlrc
		"PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"), "RESERVA_DATA="+s.data)
	said, err := shell.CombinedOutput()
	if err != nil {
		t.Errorf("the shell ended: %v, %v\n%s", err, context.Cause(ctx), said)
	}
	for i, b := range blocks {
		if b.language != "json" {
			continue
		}
		answer, err := os.ReadFile(filepath.Join(answers, fmt.Sprint(i)))
		if errors.Is(err, os.ErrNotExist) {
			break // the shell did not come so far
		}
		if err := promised(b.text, answer); err != nil {
			t.Errorf("%s: %v\nthe answer was %s", b.at, err, answer)
		}
	}
}

// promised tells what of the JSON in a guide is not in the answer.
func promised(shown string, answer []byte) error {
	var want, got any
	if err := json.Unmarshal([]byte(shown), &want); err != nil {
		return fmt.Errorf("what is shown: %w", err)
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		return fmt.Errorf("the answer: %w", err)
	}
	return within(want, got, "answer")
}

// within finds each member of want in got. A list shows some of its elements, in
// their order; "…" in a text stands for any text.
func within(want, got any, where string) error {
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			found, ok := object[key]
			if !ok {
				return fmt.Errorf("%s has no %q", where, key)
			}
			if err := within(value, found, where+"."+key); err != nil {
				return err
			}
		}
		return nil
	case []any:
		rest, _ := got.([]any)
		for i, value := range want {
			var err error
			for err = errors.New("too few elements"); err != nil && len(rest) > 0; rest = rest[1:] {
				err = within(value, rest[0], fmt.Sprintf("%s[%d]", where, i))
			}
			if err != nil {
				return fmt.Errorf("%s[%d] is not there: %w", where, i, err)
			}
		}
		return nil
	case string:
		text, ok := got.(string)
		pattern := strings.ReplaceAll(regexp.QuoteMeta(want), "…", ".*")
		if !ok || !regexp.MustCompile("^"+pattern+"$").MatchString(text) {
			return fmt.Errorf("%s is %#v, and %q is shown", where, got, want)
		}
		return nil
	default:
		if want != got {
			return fmt.Errorf("%s is %#v, and %#v is shown", where, got, want)
		}
		return nil
	}
}

func TestPromised(t *testing.T) {
	t.Parallel()
	const answer = `{"id": "65a1", "status": "confirmed", "total": 150000, "none": null, "list": [{"n": 1}, {"n": 2}, {"n": 3}]}`
	for shown, kept := range map[string]bool{
		`{}`:                                   true,
		`{"id": "…", "total": 150000}`:         true,
		`{"id": "65…", "none": null}`:          true,
		`{"list": [{"n": 1}, {"n": 3}]}`:       true,
		`{"list": []}`:                         true,
		`{"status": "pending"}`:                false,
		`{"stat…": "confirmed"}`:               false,
		`{"total": "150000"}`:                  false,
		`{"none": "…"}`:                        false,
		`{"list": [{"n": 3}, {"n": 1}]}`:       false,
		`{"list": [{"n": 1, "m": 1}]}`:         false,
		`{"id": "6…a"}`:                        false,
		`{"id": {"…": "…"}}`:                   false,
		`{"status": "confirmed", "gone": true`: false,
	} {
		if err := promised(shown, []byte(answer)); (err == nil) != kept {
			t.Errorf("%s: %v", shown, err)
		}
	}
}
