package invoices

import (
	"strconv"
	"strings"

	"reserva/internal/kit/pdf"
)

// inkOf is the brand's colour as text on white, or a dark grey where it is too pale to be
// read.
func inkOf(theme string) pdf.Color {
	if c := brandOf(theme); brightness(c) <= 170 {
		return c
	}
	return pdf.Grey(40)
}

// brandOf is the brand's colour, or a dark grey where there is none.
func brandOf(theme string) pdf.Color {
	hex := strings.TrimPrefix(theme, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	value, err := strconv.ParseUint(hex, 16, 32)
	c := pdf.Color{R: uint8(value >> 16), G: uint8(value >> 8), B: uint8(value)}
	if err != nil || len(hex) != 6 {
		return pdf.Grey(40)
	}
	return c
}

// brightness is how light a colour looks, from 0 to 255.
func brightness(c pdf.Color) float64 {
	return 0.299*float64(c.R) + 0.587*float64(c.G) + 0.114*float64(c.B)
}

// pale is a tint of a colour that text can stand on.
func pale(c pdf.Color) pdf.Color {
	tint := func(v uint8) uint8 { return uint8(255 - (255-int(v))*12/100) }
	return pdf.Color{R: tint(c.R), G: tint(c.G), B: tint(c.B)}
}
