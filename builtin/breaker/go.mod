module github.com/goweaver/weaver/builtin/breaker

go 1.25.0

replace github.com/goweaver/weaver => ../..

require (
	github.com/goweaver/weaver v0.0.0
	github.com/sony/gobreaker/v2 v2.4.0
)

require (
	github.com/lmittmann/tint v1.2.1 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	golang.org/x/mod v0.40.0 // indirect
	golang.org/x/tools v0.49.0 // indirect
)
