package api

import (
	"cmp"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
)

// What several operations have in common is said once, in the components of the
// document, and referred to.
const (
	examplePrefix   = "#/components/examples/"
	responsePrefix  = "#/components/responses/"
	headerPrefix    = "#/components/headers/"
	parameterPrefix = "#/components/parameters/"
)

// sharedExample returns a reference to the example, or the example itself where
// another one has its name.
func (a *API) sharedExample(name string, example *huma.Example) *huma.Example {
	if !share(a.components().Examples, name, example) {
		return example
	}
	return &huma.Example{Ref: examplePrefix + name}
}

// sharedResponse does the same for a response.
func (a *API) sharedResponse(name string, r *huma.Response) *huma.Response {
	if !share(a.components().Responses, name, r) {
		return r
	}
	return &huma.Response{Ref: responsePrefix + name}
}

func share[T any](among map[string]*T, name string, v *T) bool {
	known, taken := among[name]
	if !taken {
		among[name] = v
	}
	return !taken || reflect.DeepEqual(known, v)
}

// shareParameters moves parameters that are the same in several operations to
// the components. Of several that share a name, the one most used moves.
func (a *API) shareParameters() {
	type use struct {
		text string
		at   []**huma.Param
	}
	uses := map[string][]*use{} // by name, in the order of the paths
	for _, op := range a.operations() {
		for i, p := range op.Parameters {
			text, err := json.Marshal(p)
			if err != nil {
				panic(err) // of values that this package and huma made
			}
			named := uses[p.Name]
			n := slices.IndexFunc(named, func(u *use) bool { return u.text == string(text) })
			if n < 0 {
				n, named = len(named), append(named, &use{text: string(text)})
				uses[p.Name] = named
			}
			named[n].at = append(named[n].at, &op.Parameters[i])
		}
	}
	for name, named := range uses {
		most := slices.MaxFunc(named, func(a, b *use) int { return cmp.Compare(len(a.at), len(b.at)) })
		if len(most.at) < 2 {
			continue
		}
		a.components().Parameters[name] = *most.at[0]
		for _, at := range most.at {
			*at = &huma.Param{Ref: parameterPrefix + name}
		}
	}
}

// operations returns all operations in the order of their paths and methods.
func (a *API) operations() []*huma.Operation {
	paths := a.huma.OpenAPI().Paths
	var out []*huma.Operation
	for _, path := range sortedKeys(paths) {
		item := paths[path]
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				out = append(out, op)
			}
		}
	}
	return out
}
