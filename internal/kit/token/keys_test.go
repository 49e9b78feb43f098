package token

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func newKeys(t testing.TB) *Keys {
	t.Helper()
	k, err := NewKeys()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func encode(t testing.TB, k *Keys) []byte {
	t.Helper()
	data, err := k.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestKeysSurviveEncoding(t *testing.T) {
	k := newKeys(t)
	read, err := ParseKeys(encode(t, k))
	if err != nil {
		t.Fatal(err)
	}
	if !read.CheckMAC(k.MAC("p", "a"), "p", "a") {
		t.Error("keys read back make another MAC")
	}
	if plain, err := read.Open("p", k.Seal("p", []byte("secret"))); err != nil || string(plain) != "secret" {
		t.Errorf("keys read back open %q, %v", plain, err)
	}
	if !bytes.Equal(read.generations[0].sign, k.generations[0].sign) {
		t.Error("keys read back sign with another key")
	}
}

// What is derived must never change: it would sign everybody out and lose every sealed secret.
func TestDerivationIsFixed(t *testing.T) {
	k, err := ParseKeys([]byte(`{"keys":[{"id":"00000001","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	const want = "052956d39ae7d35399c68ff3354ee6bb2f2d679f5bac12d2a091f0e3242d6bbc"
	if got := fmt.Sprintf("%x", k.MAC("purpose", "a", "b")); got != want {
		t.Errorf("MAC is %s, want %s", got, want)
	}
	const wantSign = "5ec9e20d62817d3dfa8a32a4d7ac250d850257024b3eb0a7effb980165a1c788"
	if got := fmt.Sprintf("%x", k.generations[0].sign.Seed()); got != wantSign {
		t.Errorf("the signing seed is %s, want %s", got, wantSign)
	}
	sealed, err := hex.DecodeString("0100000001f74ed5540273cabcc9396157c0da961fb7c3d42ef6b811fd5fda1fd71b9424ad")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.Open("purpose", sealed); err != nil || string(plain) != "kept" {
		t.Errorf("an old secret opens as %q, %v", plain, err)
	}
}

func TestRotation(t *testing.T) {
	old := newKeys(t)
	mac, sealed := old.MAC("p", "a"), old.Seal("p", []byte("secret"))
	rotated, err := old.Rotate()
	if err != nil {
		t.Fatal(err)
	}
	if !rotated.CheckMAC(mac, "p", "a") {
		t.Error("a MAC of the old generation is refused")
	}
	if plain, err := rotated.Open("p", sealed); err != nil || string(plain) != "secret" {
		t.Errorf("what the old generation sealed opens as %q, %v", plain, err)
	}
	if _, err := old.Open("p", rotated.Seal("p", []byte("x"))); !errors.Is(err, ErrSealed) {
		t.Errorf("the old keys open what the new generation sealed: %v", err)
	}
	if old.CheckMAC(rotated.MAC("p", "a"), "p", "a") {
		t.Error("the old keys accept the new generation's MAC")
	}
}

func TestParseKeysRefuses(t *testing.T) {
	const secret = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for name, bad := range map[string]string{
		"nothing":      "",
		"no JSON":      secret,
		"no keys":      `{"keys":[]}`,
		"short secret": `{"keys":[{"id":"00000001","secret":"AAAA"}]}`,
		"short id":     `{"keys":[{"id":"01","secret":"` + secret + `"}]}`,
		"id no hex":    `{"keys":[{"id":"0000000x","secret":"` + secret + `"}]}`,
		"same id":      `{"keys":[{"id":"00000001","secret":"` + secret + `"},{"id":"00000001","secret":"` + secret + `"}]}`,
	} {
		if _, err := ParseKeys([]byte(bad)); !errors.Is(err, ErrKeys) || strings.Contains(err.Error(), "AAAA") {
			t.Errorf("%s: %v, want ErrKeys without the secret", name, err)
		}
	}
}

func TestKeysDoNotPrint(t *testing.T) {
	k := newKeys(t)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, k); got != "1 generations of keys" {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func TestMACKeepsPartsApart(t *testing.T) {
	k := newKeys(t)
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.StringN(0, 4, 8), 1, 4)
		a, b := parts.Draw(t, "a"), parts.Draw(t, "b")
		same := strings.Join(a, "\x00,") == strings.Join(b, "\x00,") && len(a) == len(b)
		if got := k.CheckMAC(k.MAC(a[0], a[1:]...), b[0], b[1:]...); got != same {
			t.Fatalf("MAC of %q is accepted for %q: %v", a, b, got)
		}
	})
	if k.CheckMAC(k.MAC("p", "ab", "c"), "p", "a", "bc") || k.CheckMAC(k.MAC("p", "a"), "p", "a", "") {
		t.Error("parts run together")
	}
	if k.CheckMAC(nil, "p") || k.CheckMAC(k.MAC("p")[:31], "p") {
		t.Error("half a MAC is accepted")
	}
}

func TestOpenRefusesWhatWasChanged(t *testing.T) {
	k := newKeys(t)
	sealed := k.Seal("paperid:tenant-1", []byte("client secret"))
	if bytes.Contains(sealed, []byte("client")) {
		t.Fatal("the secret stands in what is sealed")
	}
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if plain, err := k.Open("paperid:tenant-1", changed); !errors.Is(err, ErrSealed) {
			t.Fatalf("with byte %d changed it opens as %q, %v", i, plain, err)
		}
		if plain, err := k.Open("paperid:tenant-1", sealed[:i]); !errors.Is(err, ErrSealed) {
			t.Fatalf("cut to %d bytes it opens as %q, %v", i, plain, err)
		}
	}
	if plain, err := k.Open("paperid:tenant-2", sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("for another purpose it opens as %q, %v", plain, err)
	}
	if bytes.Equal(sealed, k.Seal("paperid:tenant-1", []byte("client secret"))) {
		t.Error("the same secret is sealed alike twice")
	}
	if plain, err := k.Open("p", k.Seal("p", nil)); err != nil || len(plain) != 0 {
		t.Errorf("nothing, sealed, opens as %q, %v", plain, err)
	}
}

func TestLoadOrCreate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first, err := LoadOrCreate(dir)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(dir, KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, %v; want 0600", info.Mode(), err)
	}
	second, err := LoadOrCreate(dir)
	if err != nil || !bytes.Equal(encode(t, first), encode(t, second)) {
		t.Errorf("the second start has other keys, %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v; want the key file alone", entries, err)
	}
}

func TestLoadOrCreateRefusesABadFile(t *testing.T) {
	path := func(mode fs.FileMode, content []byte) string {
		dir := t.TempDir()
		name := filepath.Join(dir, KeyFile)
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	if _, err := LoadOrCreate(path(0o644, encode(t, newKeys(t)))); err == nil {
		t.Error("a file that everybody may read was accepted")
	}
	damaged := path(0o600, []byte("{"))
	if _, err := LoadOrCreate(damaged); !errors.Is(err, ErrKeys) {
		t.Errorf("a damaged file: %v, want ErrKeys", err)
	}
	if content, err := os.ReadFile(filepath.Join(damaged, KeyFile)); err != nil || string(content) != "{" {
		t.Errorf("the damaged file now holds %q, %v", content, err)
	}
}

// keyFolder makes this test binary, run again, one of the processes that start at once.
const keyFolder = "RESERVA_TEST_KEY_FOLDER"

func TestProcessesAgreeOnOneFile(t *testing.T) {
	if dir := os.Getenv(keyFolder); dir != "" {
		k, err := LoadOrCreate(dir)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("keys: %x\n", k.MAC("which keys"))
		return
	}
	dir := filepath.Join(t.TempDir(), "data")
	outputs := make([][]byte, 4)
	var processes sync.WaitGroup
	for i := range outputs {
		processes.Go(func() {
			command := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcessesAgreeOnOneFile$")
			command.Env = append(os.Environ(), keyFolder+"="+dir)
			output, err := command.CombinedOutput()
			if err != nil {
				t.Errorf("process %d: %v\n%s", i, err, output)
			}
			outputs[i] = output
		})
	}
	processes.Wait()
	line := func(output []byte) string {
		_, after, _ := bytes.Cut(output, []byte("keys: "))
		mac, _, _ := bytes.Cut(after, []byte("\n"))
		return string(mac)
	}
	for i, output := range outputs {
		if line(output) == "" || line(output) != line(outputs[0]) {
			t.Errorf("process %d has keys %q, process 0 %q", i, line(output), line(outputs[0]))
		}
	}
}

func TestGoroutinesAgreeOnOneFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	macs := make([][]byte, 16)
	var starts sync.WaitGroup
	for i := range macs {
		starts.Go(func() {
			k, err := LoadOrCreate(dir)
			if err != nil {
				t.Error(err)
				return
			}
			macs[i] = k.MAC("which keys")
		})
	}
	starts.Wait()
	for i, mac := range macs {
		if !bytes.Equal(mac, macs[0]) {
			t.Errorf("start %d has other keys than start 0", i)
		}
	}
}
