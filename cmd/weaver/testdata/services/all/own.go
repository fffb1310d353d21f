package main

// What programs of the scripts tell of themselves with, and what asks for new versions of
// libraries by itself: newest versions only.
import (
	_ "github.com/go-redis/redis/extra/redisotel/v8"
	_ "github.com/redis/go-redis/extra/redisotel/v9"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/gorilla/mux/otelmux"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
	_ "gorm.io/driver/postgres"
)
