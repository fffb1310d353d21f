// Package sarama holds the aspect that traces and measures what a program does with Kafka by
// github.com/IBM/sarama: what its producers of both kinds send, and what its partition consumers
// and consumer groups get.
//
// It is woven into what all of these come down to, once for each message; see its hooks for
// what can not be known there. What the library commits in the background is not told.
package sarama

import "github.com/goweaver/weaver/instrument"

// The hooks are named, not referenced: the registration binary then links neither
// OpenTelemetry nor the library.
const hooks = "github.com/goweaver/weaver/builtin/sarama/hooks."

// Aspect traces and measures Kafka clients.
var Aspect = &instrument.Aspect{
	Name: "sarama",
	Doc:  "trace and measure what goes through github.com/IBM/sarama",
	Rules: append([]instrument.Rule{
		// A message on its way, once however often it is tried, and how it ends: newer versions
		// return one error as a batch of one, older ones a batch of errors one by one.
		instrument.BodyNamed("(*github.com/IBM/sarama.topicProducer).partitionMessage").Before(instrument.Named(hooks + "Send")).Capture("tp.parent.conf"),
		instrument.BodyNamed("(*github.com/IBM/sarama.asyncProducer).returnSuccesses").Before(instrument.Named(hooks + "Sent")),
		instrument.BodyNamed("(*github.com/IBM/sarama.asyncProducer).returnErrors").Around(instrument.Named(hooks + "Failed")),
		instrument.BodyNamed("(*github.com/IBM/sarama.asyncProducer).returnError").Before(instrument.Named(hooks + "Refused")).Capture("p.conf"),

		// A message that is about to be handed to the program, and the group that it is for.
		instrument.BodyNamed("(*github.com/IBM/sarama.partitionConsumer).interceptors").Before(instrument.Named(hooks+"Received")).Capture("child.conf", "child.consumer"),
		instrument.BodyNamed("github.com/IBM/sarama.newConsumerGroupClaim").Before(instrument.Named(hooks+"Claim")).Capture("sess.parent.config", "sess.parent.consumer", "sess.parent.groupID"),
		instrument.BodyNamed("(*github.com/IBM/sarama.consumerGroup).Close").Around(instrument.Named(hooks + "Close")).Capture("c.consumer"),
	}, append(foreign("github.com/dnwe/otelsarama"), foreign("go.opentelemetry.io/contrib/instrumentation/github.com/IBM/sarama/otelsarama")...)...),
}

// foreign returns the rules that tell what otelsarama tells, which was contrib's once: the
// messages that its producers send, and that there are consumers of its.
func foreign(pkg string) []instrument.Rule {
	return []instrument.Rule{
		instrument.BodyNamed(pkg + ".startProducerSpan").Before(instrument.Named(hooks + "OwnSend")),
		instrument.BodyNamed(pkg + ".WrapConsumer").Before(instrument.Named(hooks + "OwnConsumers")),
		instrument.BodyNamed(pkg + ".WrapPartitionConsumer").Before(instrument.Named(hooks + "OwnConsumers")),
		instrument.BodyNamed(pkg + ".WrapConsumerGroupHandler").Before(instrument.Named(hooks + "OwnConsumers")),
	}
}
