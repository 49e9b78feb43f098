package pgserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// A cluster is the folder that initdb makes, with who owns it and what runs it.
type cluster struct {
	path      string
	owner     account
	programs  programs
	ephemeral bool
}

// exists looks for PG_VERSION, which initdb writes in every cluster.
func (c cluster) exists() bool { return majorOf(c.path) != 0 }

// majorOf is the major version of PostgreSQL that made the cluster at path, 0 where there is none.
func majorOf(path string) int {
	text, err := os.ReadFile(filepath.Join(path, "PG_VERSION"))
	if err != nil {
		return 0
	}
	major, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return major
}

// makeCluster runs initdb unless there is a cluster already.
func makeCluster(ctx context.Context, c cluster) error {
	if c.exists() {
		return nil
	}
	return c.build(func(folder string) error {
		return c.initdb(ctx, folder)
	})
}

// build makes a cluster under another name and renames it when it is whole: a first start that was cut short leaves
// nothing that looks like a cluster.
func (c cluster) build(fill func(folder string) error) error {
	unfinished := c.path + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	if err := os.Mkdir(unfinished, 0o700); err != nil {
		return err
	}
	if err := c.owner.own(unfinished); err != nil {
		return err
	}
	if err := fill(unfinished); err != nil {
		os.RemoveAll(unfinished)
		return err
	}
	if err := os.Rename(unfinished, c.path); err != nil {
		return err
	}
	if c.ephemeral {
		return nil
	}
	// Were the rename lost in a power cut, the next start would take all that was written since for unfinished.
	return syncFolder(filepath.Dir(c.path))
}

// initdb fills folder. The collation is C.UTF-8: order by code point, the same on every system and safe across
// upgrades of the system's library, with letters known beyond ASCII.
func (c cluster) initdb(ctx context.Context, folder string) error {
	args := []string{"-D", folder, "--username=" + superuser, "--auth=trust", "--encoding=UTF8", "--no-instructions"}
	if c.ephemeral {
		args = append(args, "--no-sync")
	}
	if c.programs.major >= 17 {
		return c.runInitdb(ctx, append(args, "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"))
	}
	err := c.runInitdb(ctx, append(args, "--locale=C.UTF-8"))
	if err != nil && strings.Contains(err.Error(), "invalid locale name") { // macOS before 15 has no C.UTF-8
		return c.runInitdb(ctx, append(args, "--locale=C"))
	}
	return err
}

func (c cluster) runInitdb(ctx context.Context, args []string) error {
	cmd := c.command("initdb", args...)
	cmd.SysProcAttr = attributes(c.owner, syscall.SIGKILL)
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	p, err := launch(cmd)
	if err != nil {
		return fmt.Errorf("creating the PostgreSQL cluster: %w", err)
	}
	select {
	case <-p.exited:
	case <-ctx.Done():
		p.signal(syscall.SIGKILL)
		<-p.exited
		return ctx.Err()
	}
	if p.err != nil {
		return fmt.Errorf("creating the PostgreSQL cluster: initdb: %w\n%s", p.err, bytes.TrimSpace(said.Bytes()))
	}
	return nil
}

// sync makes what is in folder survive a power cut.
func (c cluster) sync(ctx context.Context, folder string) error {
	return c.runInitdb(ctx, []string{"--sync-only", "-D", folder})
}

// programsFor finds the programs that can run the cluster at path, or, where there is none yet, make one.
func programsFor(bin, path string) (programs, error) {
	major := majorOf(path)
	if bin == "" {
		return find(major, path)
	}
	p, ok := programsIn(bin)
	switch {
	case !ok:
		return programs{}, fmt.Errorf("no PostgreSQL server programs in %s", bin)
	case major != 0 && p.major != major:
		return programs{}, otherMajor(path, major, []programs{p})
	}
	return p, nil
}

// command prepares a server program to run as the cluster's owner.
func (c cluster) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(c.programs.bin, name), args...)
	cmd.Dir = filepath.Dir(c.path)
	cmd.Env = serverEnvironment()
	return cmd
}

// serverEnvironment is ours without what redirects PostgreSQL's programs, and in a plain locale: we read what they say,
// and macOS needs one to be set.
func serverEnvironment() []string {
	env := []string{"LC_ALL=C"}
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "PG") && !strings.HasPrefix(entry, "LC_") {
			env = append(env, entry)
		}
	}
	return env
}

func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
