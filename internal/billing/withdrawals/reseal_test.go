package withdrawals

import (
	"encoding/json"
	"strings"
	"testing"

	"reserva/internal/api"
	"reserva/internal/kit/db"
	"reserva/internal/kit/id"
	"reserva/internal/kit/token"
)

// The number of a bank account outlives the key that it was sealed with.
func TestNumbersAreSealedAnew(t *testing.T) {
	t.Parallel()
	s := newDesk(t)
	lost := id.New()
	s.update(func(tx *db.Tx) {
		tx.Exec(`UPDATE bank_accounts SET account_number = $3 WHERE tenant_id = $1 AND id = $2`,
			s.who.Tenant, s.account, s.keys.Seal(sealedFor(s.who.Tenant, s.account), []byte("1234567890")))
		tx.Exec(`INSERT INTO bank_accounts (tenant_id, id, bank_code, bank_name, holder, account_number, last_four, is_default, created_at, updated_at)
			VALUES ($1, $2, '014', 'BCA', 'PT Salon', 'x', '7890', false, $3, $3)`, s.who.Tenant, lost, tx.Now())
	})
	made := s.request(200_000)
	rotated, err := s.keys.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	err = New(s.db, Config{Keys: rotated}).Reseal(t.Context())
	if err == nil || !strings.Contains(err.Error(), string(lost)) || strings.Contains(err.Error(), string(s.account)) {
		t.Errorf("a number whose key is lost is not reported: %v", err)
	}
	found, err := New(s.db, Config{Keys: newest(t, rotated)}).ListOpen(t.Context(), "", api.Page{Page: 1, Size: 100})
	if err != nil {
		t.Fatal(err)
	}
	number := ""
	for _, w := range found.Items {
		if w.ID == made.ID {
			number = w.AccountNumber
		}
	}
	if number != "1234567890" {
		t.Errorf("with the newest key alone the number is %q", number)
	}
}

// newest are the keys without the old ones.
func newest(t *testing.T, k *token.Keys) *token.Keys {
	t.Helper()
	var file struct {
		Keys []json.RawMessage `json:"keys"`
	}
	encoded, err := k.Encode()
	if err == nil {
		err = json.Unmarshal(encoded, &file)
	}
	if err == nil {
		file.Keys = file.Keys[:1]
		encoded, err = json.Marshal(file)
	}
	if err != nil {
		t.Fatal(err)
	}
	alone, err := token.ParseKeys(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return alone
}

func (s *desk) update(fn func(tx *db.Tx)) {
	s.t.Helper()
	err := s.db.Update(s.t.Context(), s.who.Tenant, func(tx *db.Tx) error {
		fn(tx)
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}
