package hooks

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

// The services' own types are not linked here; these have fields as those of old and new
// versions have them.
type (
	queryInput struct {
		TableName, ProjectionExpression, IndexName *string
		KeyConditionExpression                     *string
		ConsistentRead, ScanIndexForward           *bool
		Limit                                      *int32
		Select                                     kind
		AttributesToGet                            []string
		ExpressionAttributeValues                  map[string]any
	}
	kind        string
	queryOutput struct{ Count, ScannedCount int32 }
	batchInput  struct{ RequestItems map[string]any }
	createInput struct {
		TableName              *string
		GlobalSecondaryIndexes []struct{ IndexName *string }
		ProvisionedThroughput  *struct{ ReadCapacityUnits, WriteCapacityUnits *int64 }
	}
	listOutput struct{ TableNames []string }
	putOutput  struct {
		ConsumedCapacity      *struct{ CapacityUnits *float64 }
		ItemCollectionMetrics *struct{ ItemCollectionKey map[string]string }
	}
	objectInput struct {
		Bucket, Key, CopySource, UploadId *string
		PartNumber                        int32
		Body                              any
	}
	deleteInput struct {
		Bucket *string
		Delete *objects
	}
	objects struct {
		Objects []object
		Quiet   bool
	}
	object     struct{ Key, VersionId *string }
	sendInput  struct{ QueueUrl, MessageBody *string }
	sendOutput struct{ MessageId *string }
	sendsInput struct {
		QueueUrl *string
		Entries  []sendInput
	}
	receiveOutput struct{ Messages []sendInput }
	publishInput  struct{ TopicArn, TargetArn, PhoneNumber, Message *string }
)

func of[T any](v T) *T { return &v }

// Of the services that the conventions know, what they ask for is told of parameters and
// results, and never what is kept or sent.
func TestServices(t *testing.T) {
	const queueURL, arn = "https://sqs.eu-central-1.amazonaws.com/123/orders", "arn:aws:sns:eu-central-1:123:news"
	for _, c := range []struct {
		service, operation string
		in, out            any
		want               map[string]string
	}{
		{"DynamoDB", "Query", &queryInput{
			TableName: of("users"), ProjectionExpression: of("a, b"), IndexName: of("byName"), KeyConditionExpression: of("s3cret"),
			ConsistentRead: of(true), ScanIndexForward: of(false), Limit: of(int32(10)), Select: "COUNT", AttributesToGet: []string{"a"},
			ExpressionAttributeValues: map[string]any{":v": "s3cret"},
		}, &queryOutput{0, 7}, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "Query", "db.collection.name": "users",
			"aws.dynamodb.table_names": `["users"]`, "aws.dynamodb.projection": "a, b", "aws.dynamodb.index_name": "byName",
			"aws.dynamodb.consistent_read": "true", "aws.dynamodb.scan_forward": "false", "aws.dynamodb.limit": "10", "aws.dynamodb.select": "COUNT",
			"aws.dynamodb.attributes_to_get": `["a"]`, "aws.dynamodb.count": "0", "aws.dynamodb.scanned_count": "7",
		}},
		{"DynamoDB", "BatchGetItem", &batchInput{map[string]any{"b": nil, "a": nil}}, nil, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "BatchGetItem", "aws.dynamodb.table_names": `["a","b"]`,
		}},
		{"DynamoDB", "BatchWriteItem", &batchInput{map[string]any{"a": "s3cret"}}, nil, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "BatchWriteItem", "aws.dynamodb.table_names": `["a"]`, "db.collection.name": "a",
		}},
		{"DynamoDB", "CreateTable", &createInput{of("t"), []struct{ IndexName *string }{{of("i")}}, &struct{ ReadCapacityUnits, WriteCapacityUnits *int64 }{of(int64(5)), nil}}, nil, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "CreateTable", "db.collection.name": "t", "aws.dynamodb.table_names": `["t"]`,
			"aws.dynamodb.global_secondary_indexes": `["{\"IndexName\":\"i\"}"]`, "aws.dynamodb.provisioned_read_capacity": "5",
		}},
		{"DynamoDB", "ListTables", &queryInput{}, &listOutput{}, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "ListTables", "aws.dynamodb.table_count": "0",
		}},
		{"DynamoDB", "PutItem", (*queryInput)(nil), &putOutput{
			&struct{ CapacityUnits *float64 }{of(1.5)}, &struct{ ItemCollectionKey map[string]string }{map[string]string{"id": "s3cret"}},
		}, map[string]string{
			"db.system.name": "aws.dynamodb", "db.operation.name": "PutItem", "aws.dynamodb.consumed_capacity": `["{\"CapacityUnits\":1.5}"]`,
		}},
		{"S3", "UploadPart", &objectInput{Bucket: of("b"), Key: of("\xff"), UploadId: of("u"), PartNumber: 2, Body: "s3cret"}, nil, map[string]string{
			"aws.s3.bucket": "b", "aws.s3.key": "\uFFFD", "aws.s3.upload_id": "u", "aws.s3.part_number": "2",
		}},
		{"S3", "CopyObject", objectInput{}, "no struct", map[string]string{}},
		{"S3", "DeleteObjects", &deleteInput{of("b"), &objects{[]object{{of("k"), nil}, {of("l"), of("1")}}, true}}, nil, map[string]string{
			"aws.s3.bucket": "b", "aws.s3.delete": "Objects=[{Key=k},{Key=l,VersionId=1}],Quiet=true",
		}},
		{"S3", "DeleteObjects", &deleteInput{of("b"), &objects{[]object{{nil, nil}}, false}}, nil, map[string]string{"aws.s3.bucket": "b"}},
		{"SQS", "SendMessage", &sendInput{of(queueURL), of("s3cret")}, &sendOutput{of("m1")}, map[string]string{
			"messaging.system": "aws_sqs", "messaging.operation.name": "SendMessage", "messaging.operation.type": "send", "messaging.destination.name": "orders",
			"aws.sqs.queue.url": queueURL, "messaging.message.id": "m1",
		}},
		{"SQS", "DeleteMessageBatch", &sendsInput{of(queueURL), make([]sendInput, 3)}, nil, map[string]string{
			"messaging.system": "aws_sqs", "messaging.operation.name": "DeleteMessageBatch", "messaging.operation.type": "settle", "messaging.destination.name": "orders",
			"aws.sqs.queue.url": queueURL, "messaging.batch.message_count": "3",
		}},
		{"SQS", "ReceiveMessage", &sendInput{QueueUrl: of(queueURL)}, &receiveOutput{}, map[string]string{
			"messaging.system": "aws_sqs", "messaging.operation.name": "ReceiveMessage", "messaging.operation.type": "receive", "messaging.destination.name": "orders",
			"aws.sqs.queue.url": queueURL, "messaging.batch.message_count": "0",
		}},
		{"SQS", "PurgeQueue", &sendInput{QueueUrl: of(queueURL)}, &sendOutput{of("no")}, map[string]string{
			"messaging.system": "aws_sqs", "messaging.destination.name": "orders", "aws.sqs.queue.url": queueURL,
		}},
		{"SNS", "Publish", &publishInput{TopicArn: of(arn), Message: of("s3cret")}, &sendOutput{of("m2")}, map[string]string{
			"messaging.system": "aws.sns", "messaging.operation.name": "Publish", "messaging.operation.type": "send", "messaging.destination.name": "news",
			"aws.sns.topic.arn": arn, "messaging.message.id": "m2",
		}},
		{"SNS", "Publish", &publishInput{PhoneNumber: of("+49123")}, nil, map[string]string{
			"messaging.system": "aws.sns", "messaging.operation.name": "Publish", "messaging.operation.type": "send",
		}},
	} {
		r, client := record(t), newClient(t, c.service, 200)
		client.result = func(*http.Response) (any, error) { return c.out, nil }
		if _, err := client.do(t.Context(), c.operation, c.in); err != nil {
			t.Fatal(err)
		}
		has := asText(t, r.one(t).Attributes())
		for _, common := range []string{"rpc.system.name", "rpc.method", "cloud.region", "server.address", "server.port"} {
			delete(has, common)
		}
		if !maps.Equal(has, c.want) {
			t.Errorf("%s.%s: %v, want %v", c.service, c.operation, has, c.want)
		}
	}
}

// A database's operations are measured as such as well, with the code that one fails by.
func TestDatabase(t *testing.T) {
	r, c := record(t), newClient(t, "DynamoDB", 400)
	c.result = refused("ThrottlingException", "slow down")
	if _, err := c.do(t.Context(), "Query", &queryInput{TableName: of("users")}); err == nil {
		t.Fatal("no error")
	}
	points := r.points(t, "db.client.operation.duration")
	if len(points) != 1 || points[0]["server.port"] == "" {
		t.Fatalf("%v", points)
	}
	delete(points[0], "server.address")
	delete(points[0], "server.port")
	if want := map[string]string{
		"db.system.name": "aws.dynamodb", "db.operation.name": "Query", "db.collection.name": "users",
		"error.type": "ThrottlingException", "db.response.status_code": "ThrottlingException",
	}; !maps.Equal(points[0], want) {
		t.Errorf("%v, want %v", points[0], want)
	}
	if has := asText(t, r.one(t).Attributes()); has["db.response.status_code"] != "ThrottlingException" {
		t.Error(has)
	}
}

// A list of objects is told as far as it is not too long.
func TestLongList(t *testing.T) {
	many := &deleteInput{of("b"), &objects{make([]object, 1000), false}}
	for i := range many.Delete.Objects {
		many.Delete.Objects[i].Key = of(strings.Repeat("é", 10))
	}
	attrs := services["S3"].asked("DeleteObjects", many)
	if v := attrs[1].Value.AsString(); len(v) > longestList || len(v) < longestList-1 || !strings.HasPrefix(v, "Objects=[{Key=é") {
		t.Errorf("%d bytes: %.40q", len(v), v)
	}
}
