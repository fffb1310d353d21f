module github.com/goweaver/weaver/builtin/retry

go 1.25.0

replace github.com/goweaver/weaver => ../..

require (
	github.com/cenkalti/backoff/v5 v5.0.3
	github.com/goweaver/weaver v0.0.0
)

require (
	github.com/lmittmann/tint v1.2.1 // indirect
	github.com/rogpeppe/go-internal v1.16.0 // indirect
	golang.org/x/mod v0.40.0 // indirect
	golang.org/x/tools v0.49.0 // indirect
)
