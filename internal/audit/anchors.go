package audit

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"reserva/internal/kit/id"
)

// Anchors are heads that were kept, by tenant and number of seals.
type Anchors map[id.ID]map[int64]Digest

func (a Anchors) tenants() []id.ID { return slices.Sorted(maps.Keys(a)) }

// ReadAnchors reads lines of a tenant's id and an Anchor, as the command prints them;
// what follows on a line is for people. Empty lines and those that begin with # are
// passed over. There may be several heads of one tenant.
func ReadAnchors(r io.Reader) (Anchors, error) {
	anchors := Anchors{}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		tenant, anchor, err := parseAnchor(words)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		if anchors[tenant] == nil {
			anchors[tenant] = map[int64]Digest{}
		}
		if kept, twice := anchors[tenant][anchor.Seals]; twice && kept != anchor.Digest {
			return nil, fmt.Errorf("line %d: contradicts an earlier line", n)
		}
		anchors[tenant][anchor.Seals] = anchor.Digest
	}
	return anchors, lines.Err()
}

func parseAnchor(words []string) (id.ID, Anchor, error) {
	var a Anchor
	if len(words) < 2 {
		return "", a, fmt.Errorf("want a tenant's id and its head")
	}
	tenant, err := id.Parse(words[0])
	if err != nil {
		return "", a, err
	}
	count, text, _ := strings.Cut(words[1], ":")
	a.Seals, err = strconv.ParseInt(count, 10, 64)
	if err != nil || a.Seals < 0 {
		return "", a, fmt.Errorf("a head begins with the number of seals")
	}
	raw, err := hex.DecodeString(text)
	if err != nil || len(raw) != len(a.Digest) {
		return "", a, fmt.Errorf("a head ends in a digest of %d hexadecimal characters", 2*len(a.Digest))
	}
	copy(a.Digest[:], raw)
	return tenant, a, nil
}
