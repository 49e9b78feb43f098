package db_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/build"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module    = "reserva"
	kitDB     = module + "/internal/kit/db"
	moduleTop = "../../.."
)

// A statement is one SQL text that the product's source gives to this kit.
type statement struct {
	at   string // file:line
	call string // One, Exec, ...
	sql  string
	// args is how many arguments go with it, -1 where the source does not tell.
	args int
	// columns are the names that the rows are read by, nil for a single column.
	columns []string
	single  bool
	// raw statements go to the driver in the kit itself, in no role.
	raw bool
}

// source reads the module's own packages with their types. Everything that they
// import from elsewhere is empty to it, and the mistakes that follow are ignored:
// what a call of this kit needs is in the module.
type source struct {
	fset     *token.FileSet
	packages map[string]*types.Package
	found    []statement
	faults   []string
}

// statements collects those of all packages below cmd and internal.
func statements(t *testing.T) []statement {
	t.Helper()
	s := &source{fset: token.NewFileSet(), packages: map[string]*types.Package{}}
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(moduleTop, top), func(dir string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) || err == nil && !entry.IsDir() {
				return nil
			}
			if err != nil {
				return err
			}
			if entry.Name() == "testdata" {
				return fs.SkipDir
			}
			rel, err := filepath.Rel(moduleTop, dir)
			if err != nil {
				return err
			}
			_, err = s.Import(path.Join(module, filepath.ToSlash(rel)))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, fault := range s.faults {
		t.Error(fault)
	}
	return s.found
}

// Import is types.Importer.
func (s *source) Import(importPath string) (*types.Package, error) {
	if p, ok := s.packages[importPath]; ok {
		return p, nil
	}
	rel, ours := strings.CutPrefix(importPath, module+"/")
	if !ours {
		p := types.NewPackage(importPath, importedName(importPath))
		p.MarkComplete()
		s.packages[importPath] = p
		return p, nil
	}
	files, err := s.parse(filepath.Join(moduleTop, rel))
	if err != nil {
		return nil, err
	}
	info := &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Instances:  map[*ast.Ident]types.Instance{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	config := types.Config{Importer: s, Error: func(error) {}}
	p, _ := config.Check(importPath, s.fset, files, info)
	s.packages[importPath] = p
	for _, file := range files {
		s.collect(importPath, file, info)
	}
	return p, nil
}

// importedName guesses a package's name from its path, leaving out a version.
func importedName(importPath string) string {
	name := path.Base(importPath)
	if _, err := strconv.Atoi(strings.TrimPrefix(name, "v")); err == nil {
		name = path.Base(path.Dir(importPath))
	}
	return name
}

// parse reads the files of a package that are built here, tests left out.
func (s *source) parse(dir string) ([]*ast.File, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, entry := range entries {
		name := entry.Name()
		if built, err := build.Default.MatchFile(dir, name); err != nil || !built || strings.HasSuffix(name, "_test.go") || !strings.HasSuffix(name, ".go") {
			continue
		}
		file, err := parser.ParseFile(s.fset, filepath.Join(dir, name), nil, 0)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

func (s *source) collect(importPath string, file *ast.File, info *types.Info) {
	ast.Inspect(file, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		name, signature := called(call, info)
		switch {
		case signature != nil:
			s.add(importPath, call, name, signature, info)
		case importPath == kitDB || importPath == module+"/internal/kit/jobs":
			s.addRaw(call, info)
		case ofThisKit(call):
			s.faults = append(s.faults, s.at(call)+": a call that looks like one of the storage kit and cannot be resolved")
		}
		return true
	})
}

// called names the function of this kit that a call is of.
func called(call *ast.CallExpr, info *types.Info) (*ast.Ident, *types.Signature) {
	fun := call.Fun
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	var name *ast.Ident
	switch f := fun.(type) {
	case *ast.Ident:
		name = f
	case *ast.SelectorExpr:
		name = f.Sel
	default:
		return nil, nil
	}
	object, ok := info.Uses[name].(*types.Func)
	if !ok || object.Pkg() == nil || object.Pkg().Path() != kitDB || !object.Exported() {
		return nil, nil
	}
	return name, object.Signature()
}

// ofThisKit goes by the name alone, so that a statement is not passed over silently.
func ofThisKit(call *ast.CallExpr) bool {
	fun := call.Fun
	if index, ok := fun.(*ast.IndexExpr); ok {
		fun = index.X
	}
	selector, ok := fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"QueueOne", "QueueAll", "QueueEach", "ExecNow", "Expect"}, selector.Sel.Name)
}

// add takes the argument for the parameter named sql.
func (s *source) add(importPath string, call *ast.CallExpr, name *ast.Ident, signature *types.Signature, info *types.Info) {
	params := signature.Params()
	for i := range params.Len() {
		if params.At(i).Name() != "sql" {
			continue
		}
		value := info.Types[call.Args[i]].Value
		if value == nil || value.Kind() != constant.String {
			if importPath != kitDB { // where the functions of the kit call one another
				s.faults = append(s.faults, fmt.Sprintf("%s: the SQL of %s is not a constant expression", s.at(call), name.Name))
			}
			return
		}
		st := statement{at: s.at(call), call: name.Name, sql: constant.StringVal(value), args: len(call.Args) - i - 1}
		if call.Ellipsis.IsValid() {
			st.args = -1
		}
		if instance, ok := info.Instances[name]; ok {
			st.columns, st.single = columnsOf(instance.TypeArgs.At(0))
		}
		s.found = append(s.found, st)
	}
}

// addRaw takes constant texts that the kit hands to the driver by itself.
func (s *source) addRaw(call *ast.CallExpr, info *types.Info) {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	switch selector.Sel.Name {
	case "Exec", "Query", "QueryRow", "Queue":
	default:
		return
	}
	for _, arg := range call.Args {
		if several, ok := arg.(*ast.SelectorExpr); ok && several.Sel.Name == "QueryExecModeSimpleProtocol" {
			return // several statements in one text, which only the migrations run
		}
	}
	for _, arg := range call.Args {
		if value := info.Types[arg].Value; value != nil && value.Kind() == constant.String {
			s.found = append(s.found, statement{at: s.at(call), call: selector.Sel.Name, sql: constant.StringVal(value), args: -1, raw: true})
			return
		}
	}
}

func (s *source) at(call *ast.CallExpr) string {
	position := s.fset.Position(call.Pos())
	file, err := filepath.Rel(moduleTop, position.Filename)
	if err != nil {
		file = position.Filename
	}
	return fmt.Sprintf("%s:%d", file, position.Line)
}

// columnsOf lists the columns by which rows are read into t, as the driver does:
// structs by their fields' tags, all else as a single column.
func columnsOf(t types.Type) (columns []string, single bool) {
	structure, ok := t.Underlying().(*types.Struct)
	scan, _, _ := types.LookupFieldOrMethod(types.NewPointer(t), true, nil, "Scan")
	if _, scans := scan.(*types.Func); !ok || scans {
		return nil, true
	}
	for i := range structure.NumFields() {
		field := structure.Field(i)
		if field.Embedded() {
			if inner, innerSingle := columnsOf(field.Type()); !innerSingle {
				columns = append(columns, inner...)
				continue
			}
		}
		name, tagged := reflect.StructTag(structure.Tag(i)).Lookup("db")
		switch {
		case !field.Exported() || name == "-":
		case tagged:
			columns = append(columns, name)
		default:
			columns = append(columns, strings.ToLower(field.Name()))
		}
	}
	return columns, false
}
