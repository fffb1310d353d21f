module github.com/goweaver/weaver/builtin/validate

go 1.25.0

replace github.com/goweaver/weaver => ../..

require (
	github.com/go-playground/validator/v10 v10.2.0
	github.com/goweaver/weaver v0.0.0
)

require (
	github.com/go-playground/locales v0.13.0 // indirect
	github.com/go-playground/universal-translator v0.17.0 // indirect
	github.com/leodido/go-urn v1.2.0 // indirect
	github.com/lmittmann/tint v1.2.1 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	golang.org/x/mod v0.40.0 // indirect
	golang.org/x/tools v0.49.0 // indirect
)
