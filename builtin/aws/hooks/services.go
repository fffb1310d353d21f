package hooks

// What the conventions ask for of services that they know: DynamoDB, S3, SQS and SNS.

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
)

// A service is one that the conventions know more of.
type service struct {
	system   attribute.KeyValue // of its spans, if it is a database or of messages
	database bool               // its operations are also those of a database
	messages map[string]string  // the types of its operations with messages; "" where there is none
	in, out  *fields            // of parameters and results
}

// services are found by what the SDK calls them. The map is never written to.
var services = map[string]*service{
	"DynamoDB": {
		system: semconv.DBSystemNameAWSDynamoDB, database: true,
		in: newFields(
			told{"TableName", named(table)}, told{"RequestItems", tables},
			told{"ConsistentRead", boolean(semconv.AWSDynamoDBConsistentRead)},
			told{"ProjectionExpression", text(semconv.AWSDynamoDBProjection)},
			told{"IndexName", text(semconv.AWSDynamoDBIndexName)},
			told{"Limit", integer(semconv.AWSDynamoDBLimit)},
			told{"ScanIndexForward", boolean(semconv.AWSDynamoDBScanForward)},
			told{"Select", text(semconv.AWSDynamoDBSelect)},
			told{"Segment", integer(semconv.AWSDynamoDBSegment)},
			told{"TotalSegments", integer(semconv.AWSDynamoDBTotalSegments)},
			told{"AttributesToGet", texts(semconv.AWSDynamoDBAttributesToGet)},
			told{"ExclusiveStartTableName", text(semconv.AWSDynamoDBExclusiveStartTable)},
			told{"AttributeDefinitions", encoded(semconv.AWSDynamoDBAttributeDefinitions)},
			told{"GlobalSecondaryIndexes", encoded(semconv.AWSDynamoDBGlobalSecondaryIndexes)},
			told{"GlobalSecondaryIndexUpdates", encoded(semconv.AWSDynamoDBGlobalSecondaryIndexUpdates)},
			told{"LocalSecondaryIndexes", encoded(semconv.AWSDynamoDBLocalSecondaryIndexes)},
			told{"ProvisionedThroughput", provisioned},
		),
		out: newResults(
			told{"ConsumedCapacity", encoded(semconv.AWSDynamoDBConsumedCapacity)},
			told{"Count", integer(semconv.AWSDynamoDBCount)},
			told{"ScannedCount", integer(semconv.AWSDynamoDBScannedCount)},
			told{"TableNames", count(semconv.AWSDynamoDBTableCount)},
		),
	},
	"S3": {
		in: newFields(
			told{"Bucket", text(semconv.AWSS3Bucket)}, told{"Key", text(semconv.AWSS3Key)},
			told{"CopySource", text(semconv.AWSS3CopySource)}, told{"Delete", deleted},
			told{"PartNumber", integer(semconv.AWSS3PartNumber)}, told{"UploadId", text(semconv.AWSS3UploadID)},
		),
		out: newResults(told{"UploadId", text(semconv.AWSS3UploadID)}),
	},
	"SQS": {
		system: semconv.MessagingSystemAWSSQS,
		messages: map[string]string{
			"SendMessage": "send", "SendMessageBatch": "send", "ReceiveMessage": "receive",
			"DeleteMessage": "settle", "DeleteMessageBatch": "settle",
			"ChangeMessageVisibility": "", "ChangeMessageVisibilityBatch": "",
		},
		in:  newFields(told{"QueueUrl", named(queue)}, told{"Entries", count(semconv.MessagingBatchMessageCount)}),
		out: newResults(told{"MessageId", text(semconv.MessagingMessageID)}, told{"Messages", count(semconv.MessagingBatchMessageCount)}),
	},
	"SNS": {
		system:   semconv.MessagingSystemAWSSNS,
		messages: map[string]string{"Publish": "send", "PublishBatch": "send"},
		in: newFields(told{"TopicArn", named(topic)}, told{"TargetArn", named(destination)},
			told{"PublishBatchRequestEntries", count(semconv.MessagingBatchMessageCount)}),
		out: newResults(told{"MessageId", text(semconv.MessagingMessageID)}),
	},
}

// asked returns what is told of the parameters of an operation.
func (s *service) asked(operation string, params any) []attribute.KeyValue {
	var attrs []attribute.KeyValue
	if s.system.Valid() {
		attrs = append(attrs, s.system)
	}
	attrs = s.in.of(params, attrs)
	switch kind, message := s.messages[operation]; {
	case s.database:
		attrs = append(attrs, semconv.DBOperationName(operation))
	case message:
		attrs = append(attrs, semconv.MessagingOperationName(operation))
		if kind != "" {
			attrs = append(attrs, semconv.MessagingOperationTypeKey.String(kind))
		}
	}
	return attrs
}

// answered returns what is told of the result of an operation.
func (s *service) answered(operation string, result any) []attribute.KeyValue {
	if _, message := s.messages[operation]; s.messages != nil && !message {
		return nil
	}
	return s.out.of(result, nil)
}

// databaseOf returns those of the attributes that the metrics of databases have.
func databaseOf(attrs []attribute.KeyValue) []attribute.KeyValue {
	all := make([]attribute.KeyValue, 0, 8)
	for _, a := range attrs {
		switch a.Key {
		case semconv.DBSystemNameKey, semconv.DBOperationNameKey, semconv.DBCollectionNameKey:
			all = append(all, a)
		}
	}
	return all
}

// table is for the name of the only table.
func table(name string, attrs []attribute.KeyValue) []attribute.KeyValue {
	return append(attrs, semconv.AWSDynamoDBTableNames(name), semconv.DBCollectionName(name))
}

// tables is for a map with the names of tables as keys.
func tables(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
	if v.Kind() != reflect.Map || v.Type().Key().Kind() != reflect.String || v.Len() == 0 {
		return attrs
	}
	names := make([]string, 0, v.Len())
	for _, k := range v.MapKeys() {
		names = append(names, k.String())
	}
	slices.Sort(names)
	attrs = append(attrs, semconv.AWSDynamoDBTableNames(names...))
	if len(names) == 1 {
		attrs = append(attrs, semconv.DBCollectionName(names[0]))
	}
	return attrs
}

// provisioned is for what a table is to bear.
func provisioned(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
	units := func(name string, made func(float64) attribute.KeyValue) {
		if n := value(v.FieldByName(name)); n.CanInt() {
			attrs = append(attrs, made(float64(n.Int())))
		}
	}
	if v.Kind() == reflect.Struct {
		units("ReadCapacityUnits", semconv.AWSDynamoDBProvisionedReadCapacity)
		units("WriteCapacityUnits", semconv.AWSDynamoDBProvisionedWriteCapacity)
	}
	return attrs
}

// longestList is how many bytes are told of which objects are deleted: there may be a thousand.
const longestList = 1 << 10

// deleted is for the objects that S3 is to delete, which are told as AWS's command has them.
func deleted(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
	if v.Kind() != reflect.Struct {
		return attrs
	}
	objects := v.FieldByName("Objects")
	if !objects.IsValid() || objects.Kind() != reflect.Slice || objects.Len() == 0 {
		return attrs
	}
	var list strings.Builder
	list.WriteString("Objects=[")
	for i := range objects.Len() {
		o := value(objects.Index(i))
		if o.Kind() != reflect.Struct {
			return attrs
		}
		if i > 0 {
			list.WriteByte(',')
		}
		key := value(o.FieldByName("Key"))
		if key.Kind() != reflect.String {
			return attrs
		}
		list.WriteString("{Key=" + key.String())
		if version := value(o.FieldByName("VersionId")); version.Kind() == reflect.String {
			list.WriteString(",VersionId=" + version.String())
		}
		list.WriteByte('}')
		if list.Len() > longestList {
			return append(attrs, semconv.AWSS3Delete(strings.ToValidUTF8(list.String()[:longestList], "")))
		}
	}
	list.WriteByte(']')
	if quiet := value(v.FieldByName("Quiet")); quiet.Kind() == reflect.Bool {
		list.WriteString(",Quiet=" + strconv.FormatBool(quiet.Bool()))
	}
	return append(attrs, semconv.AWSS3Delete(list.String()))
}

// queue is for a queue's URL, which ends in its name.
func queue(url string, attrs []attribute.KeyValue) []attribute.KeyValue {
	attrs = append(attrs, semconv.AWSSQSQueueURL(url))
	if name := url[strings.LastIndexByte(url, '/')+1:]; name != "" {
		attrs = append(attrs, semconv.MessagingDestinationName(name))
	}
	return attrs
}

// topic is for a topic's ARN.
func topic(arn string, attrs []attribute.KeyValue) []attribute.KeyValue {
	return destination(arn, append(attrs, semconv.AWSSNSTopicARN(arn)))
}

// destination is for an ARN, which ends in a name.
func destination(arn string, attrs []attribute.KeyValue) []attribute.KeyValue {
	if name := arn[strings.LastIndexByte(arn, ':')+1:]; name != "" {
		attrs = append(attrs, semconv.MessagingDestinationName(name))
	}
	return attrs
}

// encoded is for a list of structs, or for one, which are told as JSON.
func encoded(made func(...string) attribute.KeyValue) tell {
	return func(v reflect.Value, attrs []attribute.KeyValue) []attribute.KeyValue {
		items := []reflect.Value{v}
		if v.Kind() == reflect.Slice {
			items = items[:0]
			for i := range v.Len() {
				items = append(items, v.Index(i))
			}
		}
		var all []string
		for _, item := range items {
			if data, err := json.Marshal(item.Interface()); err == nil {
				all = append(all, string(data))
			}
		}
		if len(all) == 0 {
			return attrs
		}
		return append(attrs, made(all...))
	}
}
