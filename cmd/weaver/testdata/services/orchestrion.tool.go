//go:build tools

// Command main lists the aspects that the integrations are tested with: all of weaver's.
package main

import (
	"github.com/goweaver/weaver/builtin/amqp"
	"github.com/goweaver/weaver/builtin/anthropic"
	"github.com/goweaver/weaver/builtin/audit"
	"github.com/goweaver/weaver/builtin/authorize"
	"github.com/goweaver/weaver/builtin/aws"
	"github.com/goweaver/weaver/builtin/breaker"
	"github.com/goweaver/weaver/builtin/chi"
	"github.com/goweaver/weaver/builtin/clientgo"
	"github.com/goweaver/weaver/builtin/connect"
	"github.com/goweaver/weaver/builtin/counters"
	"github.com/goweaver/weaver/builtin/durations"
	"github.com/goweaver/weaver/builtin/echo"
	"github.com/goweaver/weaver/builtin/echov5"
	"github.com/goweaver/weaver/builtin/elasticsearch"
	"github.com/goweaver/weaver/builtin/entrylog"
	"github.com/goweaver/weaver/builtin/errortrack"
	"github.com/goweaver/weaver/builtin/fasthttp"
	"github.com/goweaver/weaver/builtin/fiber"
	"github.com/goweaver/weaver/builtin/fiberv2"
	"github.com/goweaver/weaver/builtin/franz"
	"github.com/goweaver/weaver/builtin/gin"
	"github.com/goweaver/weaver/builtin/gocql"
	"github.com/goweaver/weaver/builtin/gorm"
	"github.com/goweaver/weaver/builtin/gqlgen"
	"github.com/goweaver/weaver/builtin/graphqlgo"
	"github.com/goweaver/weaver/builtin/grpc"
	"github.com/goweaver/weaver/builtin/health"
	"github.com/goweaver/weaver/builtin/httprouter"
	"github.com/goweaver/weaver/builtin/kafkago"
	"github.com/goweaver/weaver/builtin/log"
	"github.com/goweaver/weaver/builtin/logrus"
	"github.com/goweaver/weaver/builtin/memcache"
	"github.com/goweaver/weaver/builtin/mongo"
	"github.com/goweaver/weaver/builtin/mongov1"
	"github.com/goweaver/weaver/builtin/mux"
	"github.com/goweaver/weaver/builtin/nats"
	"github.com/goweaver/weaver/builtin/nethttp"
	"github.com/goweaver/weaver/builtin/netrpc"
	"github.com/goweaver/weaver/builtin/openai"
	"github.com/goweaver/weaver/builtin/otelsdk"
	"github.com/goweaver/weaver/builtin/pgx"
	"github.com/goweaver/weaver/builtin/profilelabels"
	"github.com/goweaver/weaver/builtin/pubsub"
	"github.com/goweaver/weaver/builtin/redigo"
	"github.com/goweaver/weaver/builtin/redis"
	"github.com/goweaver/weaver/builtin/redisv8"
	"github.com/goweaver/weaver/builtin/retry"
	"github.com/goweaver/weaver/builtin/rueidis"
	"github.com/goweaver/weaver/builtin/runtimemetrics"
	"github.com/goweaver/weaver/builtin/sarama"
	"github.com/goweaver/weaver/builtin/slog"
	"github.com/goweaver/weaver/builtin/spans"
	"github.com/goweaver/weaver/builtin/sql"
	"github.com/goweaver/weaver/builtin/twirp"
	"github.com/goweaver/weaver/builtin/validate"
	"github.com/goweaver/weaver/builtin/zap"
	"github.com/goweaver/weaver/builtin/zerolog"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/weaver"
)

var aspects = []*instrument.Aspect{
	otelsdk.Aspect,
	nethttp.Aspect,
	sql.Aspect,
	slog.Aspect,
	log.Aspect,
	netrpc.Aspect,
	runtimemetrics.Aspect,
	mux.Aspect,
	chi.Aspect,
	httprouter.Aspect,
	gin.Aspect,
	grpc.Aspect,
	echo.Aspect,
	echov5.Aspect,
	connect.Aspect,
	twirp.Aspect,
	gorm.Aspect,
	redis.Aspect,
	redisv8.Aspect,
	fasthttp.Aspect,
	fiber.Aspect,
	fiberv2.Aspect,
	zap.Aspect,
	zerolog.Aspect,
	logrus.Aspect,
	aws.Aspect,
	openai.Aspect,
	anthropic.Aspect,
	clientgo.Aspect,
	graphqlgo.Aspect,
	gqlgen.Aspect,
	franz.Aspect,
	kafkago.Aspect,
	sarama.Aspect,
	amqp.Aspect,
	nats.Aspect,
	redigo.Aspect,
	rueidis.Aspect,
	memcache.Aspect,
	elasticsearch.Aspect,
	pgx.Aspect,
	mongo.Aspect,
	mongov1.Aspect,
	gocql.Aspect,
	pubsub.Aspect,
	spans.Marked, // the scripts of others have functions that take a context
	entrylog.Aspect,
	counters.Aspect,
	durations.Aspect,
	tracked,
	audit.Aspect,
	authorize.Aspect,
	validate.Aspect,
	health.Aspect,
	retry.Aspect,
	breaker.Aspect,
	profilelabels.Aspect,
}

// tracked is errortrack for the packages of its own script: others are to stay as they are.
var tracked = &instrument.Aspect{
	Name:  errortrack.Aspect.Name,
	Doc:   errortrack.Aspect.Doc,
	Scope: []instrument.Scope{"example.com/services/tracked/..."},
	Rules: errortrack.Aspect.Rules,
}

func main() { weaver.Main(aspects...) }
