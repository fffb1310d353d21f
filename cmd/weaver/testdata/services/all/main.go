// Command all is linked with every library of the scripts. It is built before they are, so
// that they find all of it compiled, and go.sum has what they need.
package main

import (
	_ "github.com/gin-gonic/gin"
	_ "github.com/go-redis/redis/v8"
	_ "github.com/gorilla/mux"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/jmoiron/sqlx"
	_ "github.com/labstack/echo/v4"
	_ "github.com/labstack/echo/v5"
	_ "github.com/redis/go-redis/v9"
	_ "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	_ "google.golang.org/grpc/health"
	_ "google.golang.org/grpc/interop/grpc_testing"
	_ "gorm.io/gorm/callbacks"
	_ "gorm.io/gorm/utils/tests"
	_ "modernc.org/sqlite"

	_ "example.com/services/service"
)

func main() {}
