package pdf

import (
	"bytes"
	"encoding/binary"
)

// table is a part of a font file, under its name of four letters.
type table struct {
	tag  string
	body []byte
}

// assemble writes the file: its directory, and the tables, each at a multiple of four.
func assemble(tables []table) []byte {
	var out bytes.Buffer
	put(&out, uint32(0x00010000), uint16(len(tables)), uint16(64), uint16(2), uint16(len(tables)*16-64))
	at, headAt := 12+16*len(tables), 0
	for _, t := range tables {
		if t.tag == "head" {
			headAt = at
		}
		out.WriteString(t.tag)
		put(&out, checksum(t.body), uint32(at), uint32(len(t.body)))
		at += (len(t.body) + 3) &^ 3
	}
	for _, t := range tables {
		out.Write(t.body)
		for out.Len()%4 != 0 {
			out.WriteByte(0)
		}
	}
	file := out.Bytes()
	binary.BigEndian.PutUint32(file[headAt+8:], 0xB1B0AFBA-checksum(file))
	return file
}

func checksum(b []byte) (sum uint32) {
	for len(b) >= 4 {
		sum += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	var rest [4]byte
	copy(rest[:], b)
	return sum + binary.BigEndian.Uint32(rest[:])
}

// put writes numbers as fonts hold them.
func put(out *bytes.Buffer, numbers ...any) {
	for _, n := range numbers {
		var b [8]byte
		switch v := n.(type) {
		case uint16:
			out.Write(binary.BigEndian.AppendUint16(b[:0], v))
		case int16:
			out.Write(binary.BigEndian.AppendUint16(b[:0], uint16(v)))
		case uint32:
			out.Write(binary.BigEndian.AppendUint32(b[:0], v))
		case int64:
			out.Write(binary.BigEndian.AppendUint64(b[:0], uint64(v)))
		}
	}
}
