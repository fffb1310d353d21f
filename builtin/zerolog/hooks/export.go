package hooks

import (
	"bytes"
	"encoding/json"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/log"

	"github.com/goweaver/weaver/builtin/internal/logrecord"
)

func export(e *zerolog.Event) {
	buf, level := lineOf.of(e), levelOf.of(e)
	if buf == nil || level == nil || len(*buf) == 0 || (*buf)[0] != '{' {
		return
	}
	l := parse(*buf)
	r := logrecord.Record{
		Time:     l.time,
		Severity: severityOf(*level),
		Level:    level.String(),
		Message:  l.message,
		Frame:    l.frame,
		Fields:   func() ([]attribute.KeyValue, error) { return l.attrs, nil },
	}
	library.Export(e.GetCtx(), r)
}

// A line is what an event's line says.
type line struct {
	time    time.Time
	message string
	frame   runtime.Frame
	attrs   []attribute.KeyValue
}

// parse reads a line that has no end yet. What the program has put into it may be no JSON, by
// RawJSON, say: what stands before that counts, and a line without a message is one itself.
func parse(text []byte) line {
	l := line{time: time.Now()}
	d := json.NewDecoder(io.MultiReader(bytes.NewReader(text), strings.NewReader("}")))
	d.UseNumber()
	_, err := d.Token()
	for err == nil && d.More() {
		var key json.Token
		if key, err = d.Token(); err != nil {
			break
		}
		var value any
		if err = d.Decode(&value); err == nil {
			l.add(key.(string), value)
		}
	}
	if err != nil && l.message == "" {
		l.message = string(text) + "}"
	}
	return l
}

// add puts a field where records have a place for it.
func (l *line) add(key string, value any) {
	switch key {
	case zerolog.LevelFieldName:
		return // the event's
	case zerolog.MessageFieldName:
		if text, ok := value.(string); ok {
			l.message = text
			return
		}
	case zerolog.TimestampFieldName:
		if t, ok := timeOf(value); ok {
			l.time = t
			return
		}
	case zerolog.CallerFieldName:
		if frame, ok := frameOf(value); ok {
			l.frame = frame
			return
		}
	}
	l.attrs = append(l.attrs, attribute.KeyValue{Key: attribute.Key(key), Value: logrecord.ValueOf(value)})
}

// timeOf returns the time that value is, in the format that the program's times have.
func timeOf(value any) (time.Time, bool) {
	switch value := value.(type) {
	case string:
		t, err := time.Parse(zerolog.TimeFieldFormat, value)
		return t, err == nil
	case json.Number:
		n, err := value.Int64()
		if err != nil {
			return time.Time{}, false
		}
		switch zerolog.TimeFieldFormat {
		case zerolog.TimeFormatUnix:
			return time.Unix(n, 0), true
		case zerolog.TimeFormatUnixMs:
			return time.UnixMilli(n), true
		case zerolog.TimeFormatUnixMicro:
			return time.UnixMicro(n), true
		case zerolog.TimeFormatUnixNano:
			return time.Unix(0, n), true
		}
	}
	return time.Time{}, false
}

// frameOf returns the place that value is: a file, a colon and a line, unless the program has
// another form.
func frameOf(value any) (runtime.Frame, bool) {
	text, _ := value.(string)
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return runtime.Frame{}, false
	}
	number, err := strconv.Atoi(text[i+1:])
	return runtime.Frame{File: text[:i], Line: number}, err == nil
}

// severityOf returns the severity of a level. An event may have none.
func severityOf(level zerolog.Level) log.Severity {
	switch level {
	case zerolog.DebugLevel:
		return log.SeverityDebug
	case zerolog.InfoLevel:
		return log.SeverityInfo
	case zerolog.WarnLevel:
		return log.SeverityWarn
	case zerolog.ErrorLevel:
		return log.SeverityError
	case zerolog.FatalLevel:
		return log.SeverityFatal
	case zerolog.PanicLevel:
		return log.SeverityFatal4
	}
	if level < zerolog.DebugLevel {
		return log.SeverityTrace
	}
	return log.SeverityUndefined
}
