package pdf

import (
	"slices"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/text/unicode/bidi"
)

// directionOf is the direction of a paragraph: that of its first letter that has one.
func directionOf(runes []rune) di.Direction {
	for _, r := range runes {
		switch class(r) {
		case bidi.L:
			return di.DirectionLTR
		case bidi.R, bidi.AL:
			return di.DirectionRTL
		}
	}
	return di.DirectionLTR
}

func class(r rune) bidi.Class {
	properties, _ := bidi.LookupRune(r)
	return properties.Class()
}

// apart parts a number from what follows it, where both come after letters that run
// leftwards in a paragraph that runs rightwards: the number belongs to those letters, at
// level 2 of the Unicode Bidirectional Algorithm, and the rest to the paragraph. The
// segmenter tells directions and no levels.
func apart(parts []shaping.Input, paragraph di.Direction) []shaping.Input {
	leftward := func(part shaping.Input) bool { return part.Direction == di.DirectionRTL }
	if paragraph == di.DirectionRTL || !slices.ContainsFunc(parts, leftward) {
		return parts
	}
	var out []shaping.Input
	for i, part := range parts {
		if i > 0 && leftward(parts[i-1]) && !leftward(part) {
			if n := leading(part.Text[part.RunStart:part.RunEnd], arabic(part.Text[:part.RunStart])); n > 0 && part.RunStart+n < part.RunEnd {
				first := part
				first.RunEnd = part.RunStart + n
				part.RunStart = first.RunEnd
				out = append(out, first)
			}
		}
		out = append(out, part)
	}
	return out
}

// leading is how many characters at the beginning are a number with its signs, such as
// 1.250 or 5%. After Arabic letters a sign at its end is none of it.
func leading(runes []rune, arabic bool) int {
	end := 0
	for i, r := range runes {
		switch class(r) {
		case bidi.EN, bidi.AN:
			end = i + 1
		case bidi.ET:
			if end > 0 && end == i && !arabic {
				end = i + 1
			}
		case bidi.ES, bidi.CS:
		default:
			return end
		}
	}
	return end
}

// arabic tells whether the last letter that has a direction is Arabic.
func arabic(runes []rune) bool {
	for _, r := range slices.Backward(runes) {
		switch class(r) {
		case bidi.AL:
			return true
		case bidi.L, bidi.R:
			return false
		}
	}
	return false
}

// numeric tells whether a text is of digits and their signs alone.
func numeric(runes []rune) bool {
	return !slices.ContainsFunc(runes, func(r rune) bool {
		switch class(r) {
		case bidi.EN, bidi.AN, bidi.ET, bidi.ES, bidi.CS:
			return false
		}
		return true
	})
}

// visual puts the runs of a line, which are in the order of reading, into the order of
// sight. A number after letters that run leftwards runs on among them.
func visual(outs []shaping.Output, runes []rune, paragraph di.Direction) []shaping.Output {
	levels := make([]int, len(outs))
	for i, out := range outs {
		switch {
		case out.Direction == di.DirectionRTL:
			levels[i] = 1
		case paragraph == di.DirectionRTL:
			levels[i] = 2
		case i > 0 && levels[i-1] > 0 && numeric(runes[out.Runes.Offset:out.Runes.Offset+out.Runes.Count]):
			levels[i] = 2
		}
	}
	out := slices.Clone(outs)
	for level := 2; level > 0; level-- {
		for from := 0; from < len(out); from++ {
			to := from
			for to < len(out) && levels[to] >= level {
				to++
			}
			slices.Reverse(out[from:to])
			slices.Reverse(levels[from:to])
			from = max(from, to-1)
		}
	}
	return out
}
