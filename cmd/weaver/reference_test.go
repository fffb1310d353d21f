package main_test

// docs/reference.md: the language of aspects, from the doc comments of package instrument and
// of package hook. Here stands what the page has, and in what order; reference_page_test.go
// writes it. The test writes the page with -update, and without it fails where the page is not
// what the comments make:
//
//	go test ./cmd/weaver -run TestReference -update

import (
	"os"
	"path/filepath"
	"testing"
)

// A chapter is a part of the page. Its parts are, in order, sections of package instrument's
// introduction, as "# Heading", and entries: a name, or several that have one heading, which is
// the first's. Constants of a type are part of the type's entry.
type chapter struct {
	title string
	parts []string
}

// chapters returns all of the page. The test fails for a section or name that is missing.
func chapters() []chapter {
	return []chapter{
		{"Aspects and rules", []string{"# ", "Aspect", "Rule"}},
		{"Join points", []string{
			"# Join points", "Body", "BodyOf", "BodyNamed", "BodyWhere",
			"Call NamedCall", "CallTo", "CallNamed", "Ref NamedRef", "RefTo", "RefNamed",
			"# New structs", "Field NamedField", "FieldOf", "FieldNamed",
			"Literal NamedLiteral", "LiteralOf", "LiteralNamed",
			"# Struct definitions", "Struct", "StructOf", "StructNamed",
			"# Variables", "Var", "VarNamed", "# Packages", "NamedPackage", "PackageNamed",
		}},
		{"Filters", []string{
			"# Predicates",
			"Body.Where", "Call.Where NamedCall.Where", "Ref.Where NamedRef.Where",
			"Field.Where NamedField.Where", "Literal.Where NamedLiteral.Where",
			"Struct.Where", "Var.Where", "NamedPackage.Where", "Predicate",
			"Name", "Receiver", "Package", "Exported", "InTests", "TestMain", "Generated",
			"ParamIs", "ResultIs", "ReceiverIs", "TypeIs", "Implements",
			"# Directives", "HasDirective", "Without", "HasWords", "Not", "Any", "All",
			"# Scope", "Scope",
		}},
		{"Advice", []string{
			"# Advices on a body", "Body.Before", "Body.Check", "Body.Around", "Body.Enclose",
			"# Advices on a call", "Call.Replace NamedCall.Replace", "Call.Wrap NamedCall.Wrap", "Call.Append NamedCall.Append",
			"# Advices on a reference", "Ref.Replace NamedRef.Replace", "Ref.Wrap NamedRef.Wrap",
			"Field.Wrap NamedField.Wrap", "Literal.Amend NamedLiteral.Amend", "Struct.Add", "NewField StructField",
			"Var.Set", "Var.Wrap", "NamedPackage.AddFile", "NamedPackage.Import", "# Order",
		}},
		{"What a hook may take", []string{
			"# Hooks", "Named NamedFunc", "# The binding rule", "Rule.Take", "Item Recv", "Param", "Result",
			"# Values and ends", "hook.Func hook.Func.FullName hook.Func.Option hook.Func.Text", "hook.Option",
			"hook.Params", "hook.Captured", "Rule.Capture",
			"hook.Values hook.Values.All hook.Values.At hook.Values.Get hook.Values.Len",
			"hook.Value hook.Value.Kind hook.Value.Any hook.Value.Bool hook.Value.Int64 hook.Value.Uint64 hook.Value.Float64 hook.Value.String",
			"hook.Kind hook.Kind.String", "hook.Exit hook.Exit.String", "hook.Panic", "hook.MakeValues", "hook.Woven",
		}},
		{"Options of a rule", []string{
			"Rule.With", "Rule.Range", "Rule.OneOf", "Rule.Matches", "Rule.Words", "Rule.CaptureWords", "Rule.At", "Here Position",
		}},
		{"What is refused", []string{"# What cannot be woven", "# Mistakes", "Validate", "Describe"}},
	}
}

func TestReference(t *testing.T) {
	root := filepath.Join("..", "..")
	r, err := newReference(filepath.Join(root, "instrument"), chapters())
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.page()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "docs", "reference.md")
	if *writeReport {
		if err := os.WriteFile(file, want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if have, err := os.ReadFile(file); err != nil || string(have) != string(want) {
		t.Errorf("docs/reference.md is not what the doc comments say (%v); run go test ./cmd/weaver -run TestReference -update", err)
	}
}
