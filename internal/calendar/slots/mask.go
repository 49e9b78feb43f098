package slots

import (
	"iter"
	"math/bits"
)

// MaxSteps is the longest day that a Mask holds: 32 hours. The longest that a zone still in use has made was 27
// (Antarctica/Casey, 2018).
const MaxSteps = len(Mask{}) * 64

// Mask is a set of the steps of one day. The zero Mask is empty. Masks compare with ==, and no method allocates.
type Mask [6]uint64

// Set adds the steps from <= step < to; those beyond the mask are left out.
func (m *Mask) Set(from, to int) {
	from, to = max(from, 0), min(to, MaxSteps)
	for from < to {
		word := from / 64
		end := min(to, (word+1)*64)
		m[word] |= ^uint64(0) >> (64 - (end - from)) << (from % 64)
		from = end
	}
}

// Clear takes a step out.
func (m *Mask) Clear(step int) {
	if step >= 0 && step < MaxSteps {
		m[step/64] &^= 1 << (step % 64)
	}
}

// Has reports whether a step is in the set. A step beyond the mask never is.
func (m Mask) Has(step int) bool {
	return step >= 0 && step < MaxSteps && m[step/64]>>(step%64)&1 == 1
}

// And returns what is in both.
func (m Mask) And(o Mask) Mask {
	for i := range m {
		m[i] &= o[i]
	}
	return m
}

// AndNot returns what is in m and not in o.
func (m Mask) AndNot(o Mask) Mask {
	for i := range m {
		m[i] &^= o[i]
	}
	return m
}

// Or returns what is in either.
func (m Mask) Or(o Mask) Mask {
	for i := range m {
		m[i] |= o[i]
	}
	return m
}

// Empty reports whether no step is in the set.
func (m Mask) Empty() bool { return m[0]|m[1]|m[2]|m[3]|m[4]|m[5] == 0 }

// Count returns how many steps are in the set.
func (m Mask) Count() (n int) {
	for _, word := range m {
		n += bits.OnesCount64(word)
	}
	return n
}

// Earlier moves every step n steps towards the start of the day; what leaves it is lost.
func (m Mask) Earlier(n int) (out Mask) {
	words, rest := n/64, n%64
	for i := 0; i+words < len(m); i++ {
		out[i] = m[i+words] >> rest
		if i+words+1 < len(m) {
			out[i] |= m[i+words+1] << (64 - rest) // a shift by 64 is 0
		}
	}
	return out
}

// Later moves every step n steps towards the end of the mask; what leaves it is lost.
func (m Mask) Later(n int) (out Mask) {
	words, rest := n/64, n%64
	for i := len(m) - 1; i >= words; i-- {
		out[i] = m[i-words] << rest
		if i > words {
			out[i] |= m[i-words-1] >> (64 - rest)
		}
	}
	return out
}

// Fits returns the steps from which n steps in a row are in the set. Doubling the length that is known to fit, it needs
// as many rounds as n has binary digits. n = 0 fits nowhere: nothing to place has no place.
func (m Mask) Fits(n int) Mask {
	if n <= 0 || n > MaxSteps {
		return Mask{}
	}
	for known := 1; known < n; {
		by := min(known, n-known)
		m = m.And(m.Earlier(by))
		known += by
	}
	return m
}

// All yields the steps in the set in order.
func (m Mask) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range m {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// run returns the first stretch of neighbouring steps in the set that begins at or after a step; ok is false at the end.
func (m *Mask) run(after int) (from, to int, ok bool) {
	from = m.next(after, 0)
	return from, m.next(from, ^uint64(0)), from < MaxSteps
}

// next returns the first step at or after another that is in the set, or, with all bits to flip, that is not.
func (m *Mask) next(step int, flip uint64) int {
	for step < MaxSteps {
		if rest := (m[step/64] ^ flip) >> (step % 64); rest != 0 {
			return step + bits.TrailingZeros64(rest)
		}
		step += 64 - step%64
	}
	return MaxSteps
}
