package paperid

import (
	"errors"
	"testing"
)

func TestRefusal(t *testing.T) {
	tests := []struct {
		name    string
		status  int
		body    string
		creates bool
		ok      bool
		kind    error
		code    string
		message string
	}{
		{name: "v1", status: 200, body: `{"status_code":200,"message":"health"}`, ok: true},
		{name: "v1 invoices", status: 201, body: `{"status_code":201,"data":{"id":"x"}}`, ok: true},
		{name: "v2", status: 200, body: `{"message":"success","data":[],"pagination":{"page":1}}`, ok: true},
		{name: "stamps", status: 200, body: `{"status":200,"message":"ok","data":{}}`, ok: true},
		{name: "created inside 200", status: 200, body: `{"status_code":201,"data":{}}`, ok: true},
		{name: "no content", status: 204, ok: true},

		{name: "v1 refusal", status: 400, body: `{"status_code":400,"message":"bad","data":null}`, message: "bad"},
		{name: "v1 invoices refusal", status: 400, creates: true, kind: ErrDuplicateNumber,
			body:    `{"error":{"status_code":400,"message":"number sudah dipakai."}}`,
			message: "number sudah dipakai."},
		{name: "delete refusal", status: 404, kind: ErrNotFound, code: "ERR-CMN-000",
			body:    `{"status_code":404,"code":"ERR-CMN-000","error":"record not found","message":""}`,
			message: "record not found"},
		{name: "v2 refusal", status: 400, code: "ERR-9", creates: true, kind: ErrDuplicateNumber,
			body:    `{"status_code":400,"error_code":"ERR-9","message":"","errors":{"number":["already taken"]}}`,
			message: "number: already taken"},
		{name: "errors as list", status: 422, message: "a; b", body: `{"errors":["a","b"]}`},
		{name: "refusal inside 200", status: 200, body: `{"status_code":404,"message":"gone"}`, kind: ErrNotFound,
			message: "gone"},
		{name: "status as text inside 200", status: 200, body: `{"status_code":"401","message":"no"}`,
			kind: ErrUnauthorized, message: "no"},
		{name: "error object inside 200", status: 200, body: `{"error":{"message":"partner doesn't match"}}`,
			kind: ErrPartnerMismatch, message: "partner doesn't match"},
		{name: "already, where nothing has a number", status: 400, body: `{"message":"already cancelled"}`,
			message: "already cancelled"},
		{name: "already paid", status: 400, creates: true, body: `{"message":"Invoice already paid"}`,
			kind: ErrAlreadyPaid, message: "Invoice already paid"},
		{name: "forbidden address", status: 403, body: `<html>`, kind: ErrUnauthorized},
		{name: "gateway page", status: 502, body: `<html>`, kind: ErrUnavailable},
		{name: "too many", status: 429, body: `{}`, kind: ErrUnavailable},
		{name: "redirect", status: 302, body: ``},
		{name: "page instead of JSON", status: 200, body: `<html>maintenance</html>`, kind: ErrUnavailable},
		{name: "list instead of object", status: 200, body: `[]`, kind: ErrUnavailable},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := refusal(call{op: "Test", number: tt.creates}, tt.status, []byte(tt.body))
			if (err == nil) != tt.ok {
				t.Fatalf("got %v", err)
			}
			if tt.kind != nil && !errors.Is(err, tt.kind) {
				t.Errorf("got %v, want %v", err, tt.kind)
			}
			var api *APIError
			if errors.As(err, &api) {
				if tt.kind == nil && api.kind != nil {
					t.Errorf("kind %v, want none", api.kind)
				}
				if api.Message != tt.message || api.Code != tt.code {
					t.Errorf("got code %q message %q", api.Code, api.Message)
				}
			}
		})
	}
}
