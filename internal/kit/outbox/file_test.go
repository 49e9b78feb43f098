package outbox_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/mail"
	"reserva/internal/kit/outbox"
	"reserva/internal/testkit"
)

// A file is sent and shown as it was queued, and forgotten when it has gone.
func TestAFileTravelsWithItsMessage(t *testing.T) {
	t.Parallel()
	d := testkit.DB(t)
	tenant := makeTenant(t, d)
	to := string(tenant) + "@example.com"
	file := mail.File{Name: "INV-2026-0001.pdf", Type: "application/pdf", Bytes: []byte("%PDF-\x00\xff")}
	queue(t, d, tenant, outbox.Message{Channel: outbox.Email, To: to, Text: "Your invoice", File: &file})

	var box letterbox
	o := outbox.New(d, outbox.Options{Mail: &box})
	message := list(t, o, to)[0].ID
	path := outbox.Path + "/" + string(message) + "/file"
	shown := get(t, o, path, "application/pdf")
	if shown.Code != http.StatusOK || shown.Body.String() != string(file.Bytes) || shown.Header().Get("Content-Type") != file.Type ||
		!strings.Contains(shown.Header().Get("Content-Disposition"), file.Name) {
		t.Errorf("shown as %d %v %q", shown.Code, shown.Header(), shown.Body)
	}
	if page := get(t, o, outbox.Path+"?to="+to, "text/html"); !strings.Contains(page.Body.String(), path) {
		t.Error("the page does not lead to the file")
	}
	if err := o.Deliver(t.Context(), tenant, message); err != nil {
		t.Fatal(err)
	}
	if len(box.mails) != 1 || box.mails[0].File == nil || cmp.Diff(file, *box.mails[0].File) != "" {
		t.Errorf("sent %+v", box.mails)
	}
	if gone := get(t, o, path, "application/pdf"); gone.Code != http.StatusNotFound {
		t.Errorf("after it was sent: %d %q", gone.Code, gone.Body)
	}
}
