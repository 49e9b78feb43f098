package layout

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	module = "reserva"
	top    = "../.."
)

// A file is one Go file of the product.
type file struct {
	path string // from the module's folder, with slashes
	pkg  string // the same without the file's name and without "internal/"
	test bool
	text string
	tree *ast.File
	fset *token.FileSet
}

// sources reads all Go files below cmd and internal.
func sources(t *testing.T) []file {
	t.Helper()
	var files []file
	for _, dir := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(top, dir), func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == "testdata":
				return fs.SkipDir
			case entry.IsDir() || filepath.Ext(name) != ".go":
				return nil
			}
			f, err := read(name)
			files = append(files, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 50 {
		t.Fatalf("only %d files; they are looked for in the wrong place", len(files))
	}
	return files
}

func read(name string) (file, error) {
	rel, err := filepath.Rel(top, name)
	if err != nil {
		return file{}, err
	}
	f := file{path: filepath.ToSlash(rel), test: strings.HasSuffix(name, "_test.go"), fset: token.NewFileSet()}
	f.pkg = strings.TrimPrefix(path.Dir(f.path), "internal/")
	text, err := os.ReadFile(name)
	if err != nil {
		return file{}, err
	}
	f.text = string(text)
	f.tree, err = parser.ParseFile(f.fset, name, text, parser.ParseComments)
	return f, err
}

// imports are the import paths of the file.
func (f file) imports() []string {
	var paths []string
	for _, spec := range f.tree.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

func (f file) line(node ast.Node) string {
	return f.path + ":" + strconv.Itoa(f.fset.Position(node.Pos()).Line)
}

// calls visits each call of the form x.name(...).
func (f file) calls(visit func(call *ast.CallExpr, x ast.Expr, name string)) {
	ast.Inspect(f.tree, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
			visit(call, selector.X, selector.Sel.Name)
		}
		return true
	})
}

func isName(x ast.Expr, names ...string) bool {
	ident, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	for _, name := range names {
		if ident.Name == name {
			return true
		}
	}
	return false
}

// under tells whether a package is dir or lies below it.
func under(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }
