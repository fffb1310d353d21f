package main

// What programs of the scripts tell of themselves with, and what asks for new versions of
// libraries by itself: newest versions only.
import (
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	_ "gorm.io/driver/postgres"
)
