package main

// What programs of the scripts tell of themselves with, and what asks for new versions of
// libraries by itself: newest versions only.
import (
	_ "connectrpc.com/otelconnect"
	_ "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	_ "github.com/aws/aws-sdk-go-v2/service/s3"
	_ "github.com/aws/aws-sdk-go-v2/service/sqs"
	_ "github.com/aws/aws-sdk-go-v2/service/sts"
	_ "github.com/dnwe/otelsarama"
	_ "github.com/exaring/otelpgx"
	_ "github.com/go-redis/redis/extra/redisotel/v8"
	_ "github.com/gofiber/contrib/otelfiber/v2"
	_ "github.com/gofiber/contrib/v3/otel"
	_ "github.com/graph-gophers/graphql-go/trace/otel"
	_ "github.com/redis/go-redis/extra/redisotel/v9"
	_ "github.com/riandyrn/otelchi"
	_ "github.com/twmb/franz-go/plugin/kotel"
	_ "go.opentelemetry.io/contrib/bridges/otellogrus"
	_ "go.opentelemetry.io/contrib/bridges/otelzap"
	_ "go.opentelemetry.io/contrib/exporters/autoexport"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/aws/aws-sdk-go-v2/otelaws"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/bradfitz/gomemcache/memcache/otelmemcache"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/gorilla/mux/otelmux"
	_ "go.opentelemetry.io/contrib/instrumentation/github.com/labstack/echo/otelecho"
	_ "go.opentelemetry.io/contrib/instrumentation/go.mongodb.org/mongo-driver/mongo/otelmongo"
	_ "gorm.io/driver/postgres"
)
