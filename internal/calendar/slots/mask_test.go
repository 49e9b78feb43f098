package slots

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func bools(m Mask) (out [MaxSteps]bool) {
	for i := range out {
		out[i] = m.Has(i)
	}
	return out
}

func drawMask(t *rapid.T, name string) (m Mask) {
	for range rapid.IntRange(0, 6).Draw(t, name) {
		from := rapid.IntRange(-5, MaxSteps+5).Draw(t, "from")
		m.Set(from, from+rapid.IntRange(0, 150).Draw(t, "length"))
	}
	return m
}

// Every operation does to the words what it says of the steps.
func TestMaskAgreesWithASliceOfBooleans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawMask(t, "x"), drawMask(t, "y")
		n := rapid.IntRange(0, MaxSteps).Draw(t, "n")
		a, b := bools(x), bools(y)
		and, or, andNot := bools(x.And(y)), bools(x.Or(y)), bools(x.AndNot(y))
		earlier, later, fits := bools(x.Earlier(n)), bools(x.Later(n)), bools(x.Fits(n))
		var all []int
		for i := range MaxSteps {
			if and[i] != (a[i] && b[i]) || or[i] != (a[i] || b[i]) || andNot[i] != (a[i] && !b[i]) {
				t.Fatalf("step %d of the combinations is wrong", i)
			}
			if earlier[i] != (i+n < MaxSteps && a[min(i+n, MaxSteps-1)]) || later[i] != (i >= n && a[max(i-n, 0)]) {
				t.Fatalf("step %d moved by %d is wrong", i, n)
			}
			room := n > 0 && i+n <= MaxSteps && !slices.Contains(a[i:min(i+n, MaxSteps)], false)
			if fits[i] != room {
				t.Fatalf("%d steps fit from %d: %v, want %v", n, i, fits[i], room)
			}
			if a[i] {
				all = append(all, i)
			}
		}
		if got := slices.Collect(x.All()); !slices.Equal(got, all) || x.Count() != len(all) || x.Empty() != (len(all) == 0) {
			t.Fatalf("it holds %v, want %v", got, all)
		}
		var again Mask
		for from, to, ok := x.run(0); ok; from, to, ok = x.run(to) {
			if from >= to || x.Has(from-1) || x.Has(to) {
				t.Fatalf("%d to %d is no stretch", from, to)
			}
			again.Set(from, to)
		}
		if again != x {
			t.Fatal("the stretches do not make up the mask")
		}
	})
}

func TestMaskBeyondItsEnds(t *testing.T) {
	var m Mask
	m.Set(-10, MaxSteps+10)
	if m.Count() != MaxSteps || m.Has(-1) || m.Has(MaxSteps) {
		t.Errorf("%d steps, want all %d and none beyond", m.Count(), MaxSteps)
	}
	if !m.Fits(MaxSteps+1).Empty() || !m.Fits(-1).Empty() {
		t.Error("more than a day fits")
	}
}
