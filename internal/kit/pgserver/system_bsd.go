//go:build unix && !linux

package pgserver

import "syscall"

// attributes are those of a child that runs as owner. Only Linux can end it with us; elsewhere a leftover is found at
// the next start.
func attributes(owner account, _ syscall.Signal) *syscall.SysProcAttr { return separate(owner) }

func memoryFolder(uint64) string { return "" }
