package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The command fails where a chain does not fit, so that a timer's mail tells.
func TestAuditVerify(t *testing.T) {
	t.Parallel()
	data := dataFolder(t)
	start(t, data, nil)
	anchors := filepath.Join(t.TempDir(), "heads.txt")
	verify := func(args ...string) (string, error) {
		command := exec.Command(program, append([]string{"audit", "verify"}, args...)...)
		command.Env = append(clean(), "RESERVA_DATA="+data)
		said, err := command.CombinedOutput()
		return string(said), err
	}
	if said, err := verify(); err != nil {
		t.Errorf("an empty database: %v\n%s", err, said)
	}
	if said, err := verify("--tenant", "nobody"); err == nil {
		t.Errorf("a tenant that is not there: %s", said)
	}
	for text, want := range map[string]string{
		"65a1b2c3d4e5f6a7b8c9d0e1 3:" + strings.Repeat("ab", 32) + " salon ok\n": "# WRONG 65a1b2c3d4e5f6a7b8c9d0e1",
		"nonsense\n": "line 1",
	} {
		if err := os.WriteFile(anchors, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := verify("--anchor", anchors); err == nil || !strings.Contains(said, want) {
			t.Errorf("with %q: %v\n%s", text, err, said)
		}
	}
}
