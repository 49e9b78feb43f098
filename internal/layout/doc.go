// Package layout holds no code: its tests read the source of the others and hold
// the order of imports, the sizes of files, and the few habits that a compiler
// does not know of. Where a rule has exceptions they are listed here, with why.
package layout
