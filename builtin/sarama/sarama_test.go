package sarama_test

import (
	"testing"

	library "github.com/IBM/sarama"

	"github.com/goweaver/weaver/builtin/sarama"
	"github.com/goweaver/weaver/builtin/sarama/hooks"
	"github.com/goweaver/weaver/instrument"
	"github.com/goweaver/weaver/instrument/instrumenttest"
)

func TestAspect(t *testing.T) { instrumenttest.Run(t, sarama.Aspect, "testdata/*.txtar") }

// The aspect is declared without a mistake.
func TestValid(t *testing.T) {
	if err := instrument.Validate(sarama.Aspect); err != nil {
		t.Error(err)
	}
}

// like has the signatures of the library's own functions, none of which is exported. That they
// are still these shows when they are woven.
type like struct{}

func (like) partitionMessage(*library.ProducerMessage) error              { return nil }
func (like) returnSuccesses([]*library.ProducerMessage)                   {}
func (like) returnErrors([]*library.ProducerMessage, error)               {}
func (like) returnError(*library.ProducerMessage, error)                  {}
func (like) interceptors(*library.ConsumerMessage)                        {}
func (like) newClaim(like, string, int32, int64) (*like, error)           { return nil, nil }
func (like) close() (err error)                                           { return nil }
func (like) ownSend(like, library.KafkaVersion, *library.ProducerMessage) {}
func (like) ownConsumer(library.Consumer, ...any) library.Consumer        { return nil }

// The hooks that the aspect names bind to such targets.
func TestHooksBind(t *testing.T) {
	if err := instrument.Validate(&instrument.Aspect{Name: "byvalue", Rules: []instrument.Rule{
		instrument.BodyOf(like.partitionMessage).Before(hooks.Send).Capture("tp"),
		instrument.BodyOf(like.returnSuccesses).Before(hooks.Sent),
		instrument.BodyOf(like.returnErrors).Around(hooks.Failed),
		instrument.BodyOf(like.returnError).Before(hooks.Refused).Capture("p"),
		instrument.BodyOf(like.interceptors).Before(hooks.Received).Capture("child"),
		instrument.BodyOf(like.newClaim).Before(hooks.Claim).Capture("sess"),
		instrument.BodyOf(like.close).Around(hooks.Close).Capture("c"),
		instrument.BodyOf(like.ownSend).Before(hooks.OwnSend),
		instrument.BodyOf(like.ownConsumer).Before(hooks.OwnConsumers),
	}}); err != nil {
		t.Error(err)
	}
}
