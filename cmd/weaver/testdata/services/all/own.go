package main

// What programs of the scripts tell of themselves with, newest versions only.
import _ "go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
