package tenants

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	_ "image/gif" // read, and written as PNG
	"image/jpeg"
	"image/png"
	"io"

	"reserva/internal/kit/fault"
)

// ErrPicture is an upload that is no picture that a logo can be.
var ErrPicture = fault.InvalidField("logo", "must be a PNG, JPEG or GIF picture of at most 2000 × 2000 pixels")

const (
	// maxUpload bounds what is sent, picture and form together.
	maxUpload = 1 << 20
	// maxSide bounds what a small file can unfold to: 16 MB of pixels.
	maxSide = 2000
	// maxPicture is the largest picture that is kept; writing anew may have made it larger.
	maxPicture = 2 << 20
	// jpegQuality loses nothing that is seen in a logo.
	jpegQuality = 90
)

// picture is a logo as it is kept.
type picture struct {
	Type   string // its media type
	Bytes  []byte
	Digest string
}

// readPicture reads an upload and writes it anew, whatever its name and declared
// type: what is kept is a picture and nothing else, without the notes, places and
// scripts that files carry along. It fails with ErrPicture.
func readPicture(upload io.Reader) (picture, error) {
	sent, err := io.ReadAll(io.LimitReader(upload, maxUpload+1))
	if err != nil || len(sent) > maxUpload {
		return picture{}, ErrPicture.WithCause(err)
	}
	size, format, err := image.DecodeConfig(bytes.NewReader(sent))
	if err != nil || size.Width < 1 || size.Height < 1 || size.Width > maxSide || size.Height > maxSide {
		return picture{}, ErrPicture.WithCause(err)
	}
	pixels, _, err := image.Decode(bytes.NewReader(sent))
	if err != nil {
		return picture{}, ErrPicture.WithCause(err)
	}
	var out bytes.Buffer
	kind := "image/png"
	if format == "jpeg" {
		kind = "image/jpeg"
		err = jpeg.Encode(&out, pixels, &jpeg.Options{Quality: jpegQuality})
	} else {
		err = png.Encode(&out, pixels)
	}
	if err != nil || out.Len() > maxPicture {
		return picture{}, ErrPicture.WithCause(err)
	}
	sum := sha256.Sum256(out.Bytes())
	return picture{Type: kind, Bytes: out.Bytes(), Digest: hex.EncodeToString(sum[:8])}, nil
}
