package paperid

import "encoding/json"

// object is a JSON object whose members are read one by one and leniently: an absent member, or one of another type,
// is empty. Callbacks are read this way, for a callback that is refused over a detail is a payment that is not noticed.
type object map[string]json.RawMessage

// readObject gives nil for anything but an object.
func readObject(raw []byte) object {
	var o object
	if json.Unmarshal(raw, &o) != nil {
		return nil
	}
	return o
}

// readList gives the objects in a JSON list.
func readList(raw []byte) []object {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var list []object
	for _, item := range items {
		if o := readObject(item); o != nil {
			list = append(list, o)
		}
	}
	return list
}

func (o object) object(key string) object { return readObject(o[key]) }

func (o object) text(key string) string {
	var t text
	if raw, ok := o[key]; !ok || json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return string(t)
}

// rupiah reads the first of the keys that holds an amount which is not negative.
func (o object) rupiah(keys ...string) (int64, bool) {
	for _, key := range keys {
		raw, ok := o[key]
		if !ok || string(raw) == "null" {
			continue
		}
		var amount rupiah
		if json.Unmarshal(raw, &amount) == nil && amount >= 0 {
			return int64(amount), true
		}
	}
	return 0, false
}
