package pgserver

import (
	"os/exec"
	"runtime"
	"syscall"
)

// A process is a child with a thread of its own, because "end when your parent dies" means the thread that started it:
// started from any goroutine, the child would be ended whenever the runtime gives that thread up.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // of Wait; set before exited is closed
}

func launch(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// signal does nothing once the process has been waited for, so it cannot hit another that took its number.
func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }
