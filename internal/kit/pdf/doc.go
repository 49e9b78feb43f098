// Package pdf writes documents for print: pages of A4 with text in any script, lines,
// pictures, QR codes and links.
//
// Text goes through the whole of what scripts need: it is cut into runs of one direction,
// script and font, shaped (so that Arabic letters join and Thai marks stand where they
// belong), wrapped where its language allows, and put into visual order. Of each font a
// document holds the outlines that it uses and nothing else, with the characters that
// they stand for, so that text can be searched and copied.
//
// Latin, Greek and Cyrillic letters and the signs of all currencies come from a font that
// is part of the program. For other scripts a Library looks for fonts on the machine.
// Where there is none, the characters are left out and Missing stands in their place:
// a box that says nothing is never printed, and Document.Gaps tells that something is
// missing.
//
// Measures are millimetres from the top left of the page, sizes of type points. Equal
// calls give equal bytes.
package pdf
