package pgserver

import "syscall"

// attributes are those of a child that runs as owner and receives a signal when the thread that started it is gone.
func attributes(owner account, whenOrphaned syscall.Signal) *syscall.SysProcAttr {
	attr := separate(owner)
	attr.Pdeathsig = whenOrphaned
	return attr
}
