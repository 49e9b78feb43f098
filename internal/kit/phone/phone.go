// Package phone brings telephone numbers into one form, E.164 ("+639161234567"), so that one number is one text
// wherever it is stored, compared or dialled.
//
// A number has to be possible, which is to have a length that its country uses; whether it has been given out is not
// asked. The tables that would tell are always behind the numbering plans, and refuse the numbers reserved for
// examples, which people use while they try the product. Owning a number is proven by a code sent to it.
package phone

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// ErrInvalid reports a text that is no possible telephone number.
var ErrInvalid = errors.New("phone: not a telephone number")

// maxLength is the longest text looked at: fifteen digits with generous punctuation.
const maxLength = 40

// Normalise returns raw in E.164. A number without "+" is read as dialled in region, a code of ISO 3166 such as "ID" in
// either case; an empty region accepts only numbers with "+". Spaces and the characters "+-().·/" may stand between
// digits; letters and extensions are refused, because a message cannot be sent to them. It fails with ErrInvalid.
func Normalise(raw, region string) (string, error) {
	raw = strings.TrimSpace(raw)
	if len(raw) > maxLength || strings.IndexFunc(raw, notDialled) >= 0 {
		return "", ErrInvalid
	}
	number, err := phonenumbers.Parse(raw, strings.ToUpper(region))
	if err != nil {
		return "", ErrInvalid
	}
	// IsPossibleNumber would also accept what can be dialled only within a city.
	if phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return "", ErrInvalid
	}
	return phonenumbers.Format(number, phonenumbers.E164), nil
}

// ValidRegion reports whether numbers can be read as dialled in region, a code of ISO 3166 in either case.
func ValidRegion(region string) bool {
	return phonenumbers.GetCountryCodeForRegion(strings.ToUpper(region)) != 0
}

// Mask returns an E.164 number with all but its last three digits hidden, to show where a code went.
func Mask(number string) string {
	const shown = 3
	if len(number) <= shown {
		return strings.Repeat("*", len(number))
	}
	return strings.Repeat("*", len(number)-shown) + number[len(number)-shown:]
}

func notDialled(r rune) bool {
	return (r < '0' || r > '9') && !strings.ContainsRune(" +-().·/\u00a0", r)
}
