package opt_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reserva/internal/kit/opt"
)

type address struct {
	City string `json:"city"`
}

type changes struct {
	Name    opt.Field[string]  `json:"name,omitzero"`
	Age     opt.Field[int]     `json:"age,omitzero"`
	Address opt.Field[address] `json:"address,omitzero"`
}

func TestThreeStates(t *testing.T) {
	for body, want := range map[string]changes{
		`{}`:                             {},
		`{"name":null}`:                  {Name: opt.Null[string]()},
		`{"name":""}`:                    {Name: opt.Some("")},
		`{"name":"Ann","age":0}`:         {Name: opt.Some("Ann"), Age: opt.Some(0)},
		`{"address":{"city":"Bandung"}}`: {Address: opt.Some(address{"Bandung"})},
	} {
		var got changes
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
		again, err := json.Marshal(got)
		if err != nil || string(again) != body {
			t.Errorf("%s became %s, %v", body, again, err)
		}
	}
}

func TestUnmarshalForgetsWhatWasThere(t *testing.T) {
	f := opt.Some(address{City: "Bandung"})
	if err := json.Unmarshal([]byte(`{}`), &f); err != nil || f.Value.City != "" {
		t.Errorf("got %+v, %v", f, err)
	}
	if err := json.Unmarshal([]byte(`"x"`), &f); err == nil {
		t.Error("a wrong type must fail")
	}
}

func TestApply(t *testing.T) {
	name, nick := "Ann", new(string)
	opt.Field[string]{}.Apply(&name)
	opt.Field[string]{}.ApplyPtr(&nick)
	if name != "Ann" || nick == nil {
		t.Error("an absent field must leave its target alone")
	}
	opt.Some("Bea").Apply(&name)
	opt.Null[string]().ApplyPtr(&nick)
	if name != "Bea" || nick != nil {
		t.Errorf("got %q and %v", name, nick)
	}
	opt.Some("B").ApplyPtr(&nick)
	if nick == nil || *nick != "B" || opt.Null[int]().Or(7) != 7 || opt.Some(3).Or(7) != 3 {
		t.Error("a present value must win")
	}
}
