package pdf

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // read
	_ "image/png"  // read

	"golang.org/x/image/draw"
)

// Picture is a picture as the format holds it.
type Picture struct {
	Width, Height int // pixels
	colors, alpha []byte
}

// maxPixels is the longer side of a picture that is kept: more is not seen on paper in
// the size of a logo.
const maxPixels = 600

// maxPictures is how many pictures a library remembers.
const maxPictures = 64

// Picture reads a PNG or JPEG picture and makes it as small as print needs it. The
// library remembers it by its digest, since reading a large one takes longer than
// printing a page.
func (l *Library) Picture(digest string, file []byte) (*Picture, error) {
	l.mu.Lock()
	known := l.pictures[digest]
	l.mu.Unlock()
	if known != nil {
		return known, nil
	}
	decoded, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("pdf: read picture: %w", err)
	}
	p := pack(decoded)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.pictures) >= maxPictures {
		clear(l.pictures)
	}
	l.pictures[digest] = p
	return p, nil
}

func pack(source image.Image) *Picture {
	size := source.Bounds().Size()
	if longer := max(size.X, size.Y); longer > maxPixels {
		size = image.Pt(max(1, size.X*maxPixels/longer), max(1, size.Y*maxPixels/longer))
	}
	small := image.NewNRGBA(image.Rectangle{Max: size})
	draw.ApproxBiLinear.Scale(small, small.Bounds(), source, source.Bounds(), draw.Src, nil)
	if size == source.Bounds().Size() {
		draw.Draw(small, small.Bounds(), source, source.Bounds().Min, draw.Src)
	}
	colors, alpha := make([]byte, 0, size.X*size.Y*3), make([]byte, 0, size.X*size.Y)
	opaque := true
	for i := 0; i < len(small.Pix); i += 4 {
		colors = append(colors, small.Pix[i:i+3]...)
		alpha = append(alpha, small.Pix[i+3])
		opaque = opaque && small.Pix[i+3] == 255
	}
	p := &Picture{Width: size.X, Height: size.Y, colors: deflate(colors)}
	if !opaque {
		p.alpha = deflate(alpha)
	}
	return p
}

func (p *Picture) write(w *writer) int {
	const form = "/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /%s /BitsPerComponent 8 /Filter /FlateDecode"
	mask := ""
	if p.alpha != nil {
		mask = fmt.Sprintf(" /SMask %d 0 R", w.packed(fmt.Sprintf(form, p.Width, p.Height, "DeviceGray"), p.alpha))
	}
	return w.packed(fmt.Sprintf(form, p.Width, p.Height, "DeviceRGB")+mask, p.colors)
}
