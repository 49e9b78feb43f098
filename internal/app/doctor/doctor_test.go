package doctor_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"reserva/internal/app/doctor"
	"reserva/internal/config"
	"reserva/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

func TestExamine(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	go func() { // no server like ours: it hangs up
		for {
			conn, err := taken.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	}()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	const free = "127.0.0.1:0"
	tests := map[string]struct {
		flags   config.Flags
		environ []string
		bad     bool
		want    []string
	}{
		"fresh machine": {
			flags: config.Flags{Addr: free, Data: filepath.Join(t.TempDir(), "none")},
			want:  []string{"is made at the first start", "PostgreSQL) 1", "127.0.0.1:0 is free"},
		},
		"a database of the operator's": {
			flags: config.Flags{Addr: free, Data: t.TempDir(), DatabaseURL: testkit.URL(t)},
			want:  []string{"answers, and is up to date"},
		},
		"a database that is not there": {
			flags: config.Flags{Addr: free, Data: t.TempDir(), DatabaseURL: "postgres://nobody:hunter2@" + taken.Addr().String() + "/none?sslmode=disable"},
			bad:   true,
			want:  []string{"database  WRONG"},
		},
		"mistakes": {
			flags: config.Flags{Addr: free, Data: t.TempDir(), Env: "test", Workers: "x"},
			bad:   true,
			want:  []string{"RESERVA_ENV:", "RESERVA_WORKERS:"},
		},
		"things in the way": {
			flags: config.Flags{Addr: taken.Addr().String(), Data: file, KeysFile: file},
			bad:   true,
			want:  []string{"is not a folder", "not a key file", "address already in use"},
		},
		"notes": {
			flags:   config.Flags{Addr: free, Data: t.TempDir(), Env: "production"},
			environ: []string{"RESERVA_ADRESS=:80"},
			want:    []string{"RESERVA_ADRESS is set and is no setting of ours", "RESERVA_SMTP_URL is not set"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := doctor.Examine(t.Context(), test.flags, test.environ)
			var said strings.Builder
			if err := report.Print(&said); err != nil {
				t.Fatal(err)
			}
			if report.Bad() != test.bad {
				t.Errorf("bad: %v\n%s", report.Bad(), said.String())
			}
			for _, want := range test.want {
				if !strings.Contains(said.String(), want) {
					t.Errorf("without %q:\n%s", want, said.String())
				}
			}
			if strings.Contains(said.String(), "hunter2") {
				t.Error("the report holds a password")
			}
		})
	}
}
