package testkit

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// Anything in an expectation stands for a value that is not null.
const Anything = "*"

// differences compares a body with what is wanted of it: JSON that names the
// members to look at, or, where want is no JSON object or array, a piece of the text.
// Objects may have more members than wanted, arrays may not have more elements.
func differences(body []byte, want string) []string {
	var wanted any
	trimmed := strings.TrimSpace(want)
	if trimmed == "" {
		return nil
	}
	if trimmed[0] != '{' && trimmed[0] != '[' {
		if strings.Contains(string(body), want) {
			return nil
		}
		return []string{fmt.Sprintf("no %q in the answer", want)}
	}
	if err := unmarshal([]byte(want), &wanted); err != nil {
		return []string{fmt.Sprintf("the expectation is not JSON: %v", err)}
	}
	var got any
	if err := unmarshal(body, &got); err != nil {
		return []string{fmt.Sprintf("the answer is not JSON: %v", err)}
	}
	return compare("", got, wanted)
}

func compare(path string, got, want any) []string {
	switch want := want.(type) {
	case Object:
		object, ok := got.(Object)
		if !ok {
			return mismatch(path, got, want)
		}
		var found []string
		for _, key := range slices.Sorted(maps.Keys(want)) {
			found = append(found, compare(join(path, key), object[key], want[key])...)
		}
		return found
	case []any:
		list, ok := got.([]any)
		if !ok {
			return mismatch(path, got, want)
		}
		if len(list) != len(want) {
			return []string{fmt.Sprintf("%s: %d elements, want %d", label(path), len(list), len(want))}
		}
		var found []string
		for i := range want {
			found = append(found, compare(join(path, strconv.Itoa(i)), list[i], want[i])...)
		}
		return found
	case json.Number:
		if number, ok := got.(json.Number); !ok || !sameNumber(number, want) {
			return mismatch(path, got, want)
		}
		return nil
	case string:
		if got == want || want == Anything && got != nil {
			return nil
		}
		return mismatch(path, got, want)
	default:
		if got != want {
			return mismatch(path, got, want)
		}
		return nil
	}
}

func sameNumber(a, b json.Number) bool {
	x, ok1 := new(big.Rat).SetString(a.String())
	y, ok2 := new(big.Rat).SetString(b.String())
	return ok1 && ok2 && x.Cmp(y) == 0
}

func mismatch(path string, got, want any) []string {
	return []string{fmt.Sprintf("%s: %s, want %s", label(path), shown(got), shown(want))}
}

func shown(v any) string {
	encoded, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(encoded)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func label(path string) string {
	if path == "" {
		return "the answer"
	}
	return path
}
