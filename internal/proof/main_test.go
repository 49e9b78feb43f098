package proof_test

import (
	"flag"
	"strconv"
	"testing"
	_ "time/tzdata" // as the product does

	"reserva/internal/testkit"
)

// What go test does unless told otherwise.
const (
	fewDiaries = 300
	fewDays    = 20
	fewLives   = 100
)

func TestMain(m *testing.M) {
	flag.Uint64("seed", 1, "what the first diary and the year are drawn from")
	flag.Uint64("diaries", fewDiaries, "how many diaries to try, each from the next seed")
	flag.Bool("every", false, "try every start of a diary's day, not only those where something begins or ends")
	flag.Uint64("days", fewDays, "how many days to simulate")
	flag.Uint64("lives", fewLives, "how many lives of money to simulate, twenty from each seed")
	testkit.Main(m)
}

// option is the value of a flag.
func option(t testing.TB, name string) uint64 {
	t.Helper()
	n, err := strconv.ParseUint(flag.Lookup(name).Value.String(), 10, 64)
	if err != nil {
		t.Fatalf("-%s: %v", name, err)
	}
	return n
}

func isSet(name string) bool { return flag.Lookup(name).Value.String() == "true" }
