package kafkaerr

import "testing"

func TestName(t *testing.T) {
	for code, want := range map[int]string{
		-1: "UNKNOWN_SERVER_ERROR", 0: "", 1: "OFFSET_OUT_OF_RANGE", 3: "UNKNOWN_TOPIC_OR_PARTITION",
		10: "MESSAGE_TOO_LARGE", 56: "KAFKA_STORAGE_ERROR", -2: "", 30000: "",
	} {
		if got := Name(code); got != want {
			t.Errorf("%d is %q, want %q", code, got, want)
		}
	}
}
