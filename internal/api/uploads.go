package api

import "github.com/danielgtaylor/huma/v2"

// Upload is a file in a form. Its declared name and type are the client's word.
type Upload = huma.FormFile

// UploadForm is the RawBody of an endpoint that takes a multipart form; T names
// its parts:
//
//	type logoForm struct {
//		Logo api.Upload `form:"logo" contentType:"image/png,image/jpeg" required:"true"`
//	}
//	type logoInput struct {
//		RawBody api.UploadForm[logoForm]
//	}
type UploadForm[T any] = huma.MultipartFormFiles[T]
