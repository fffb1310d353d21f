package logs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// The report file of a build holds findings and log records, an object a line. A
// record stands between these.
const (
	envelope    = `{"log":`
	envelopeEnd = "}\n"
)

// NewReportHandler returns a handler that writes records of the level and above to the
// report file w, each with one call of Write. For [LevelOff] it writes nothing.
func NewReportHandler(w io.Writer, level slog.Level) slog.Handler {
	if level == LevelOff {
		return slog.DiscardHandler
	}
	return newJSON(enveloped{w}, level)
}

// enveloped writes lines to the report file.
type enveloped struct{ w io.Writer }

func (e enveloped) Write(line []byte) (int, error) {
	b := make([]byte, 0, len(envelope)+len(line)+len(envelopeEnd))
	b = append(b, envelope...)
	b = append(b, bytes.TrimSuffix(line, []byte("\n"))...)
	b = append(b, envelopeEnd...)
	if _, err := e.w.Write(b); err != nil {
		return 0, err
	}
	return len(line), nil
}

// IsRecord reports whether the line of a report is a log record, and not a finding.
func IsRecord(line []byte) bool { return bytes.HasPrefix(line, []byte(envelope)) }

// Decode returns the record of a report's line that [IsRecord], with its attributes in
// order and its time as a local one. Numbers come back as integers or floats, objects
// as groups, arrays as []any with []slog.Attr for objects. The error shows a line that
// no [NewReportHandler] has written.
func Decode(line []byte) (slog.Record, error) {
	r, err := decode(line)
	if err != nil {
		return slog.Record{}, fmt.Errorf("%.200q is no log record: %w; please report this", line, err)
	}
	return r, nil
}

func decode(line []byte) (r slog.Record, err error) {
	body, ok := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte(envelope))
	body, ok2 := bytes.CutSuffix(body, []byte("}"))
	if !ok || !ok2 || !json.Valid(body) {
		return r, errors.New("it is cut short")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	v, err := value(d)
	if err != nil {
		return r, err
	}
	if v.Kind() != slog.KindGroup {
		return r, errors.New("it is no object")
	}
	attrs := v.Group()
	var at time.Time
	if len(attrs) > 0 && attrs[0].Key == slog.TimeKey {
		if at, err = parseTime(attrs[0].Value.String()); err != nil {
			return r, err
		}
		attrs = attrs[1:]
	}
	if len(attrs) < 2 || attrs[0].Key != slog.LevelKey || attrs[1].Key != slog.MessageKey {
		return r, errors.New("it has no level and msg")
	}
	level, err := parseLevel(attrs[0].Value.String())
	if err != nil {
		return r, err
	}
	if !at.IsZero() {
		at = at.Local()
	}
	r = slog.NewRecord(at, level, attrs[1].Value.String(), 0)
	r.AddAttrs(attrs[2:]...)
	return r, nil
}

// value reads a value. It goes by tokens, since a map would lose the order of keys.
func value(d *json.Decoder) (slog.Value, error) {
	t, err := d.Token()
	if err != nil {
		return slog.Value{}, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return array(d)
		}
		return object(d)
	case string:
		return slog.StringValue(t), nil
	case bool:
		return slog.BoolValue(t), nil
	case json.Number:
		return number(t.String())
	}
	return slog.AnyValue(nil), nil
}

func object(d *json.Decoder) (slog.Value, error) {
	var attrs []slog.Attr
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return slog.Value{}, err
		}
		v, err := value(d)
		if err != nil {
			return v, err
		}
		attrs = append(attrs, slog.Attr{Key: t.(string), Value: v})
	}
	_, err := d.Token() // the closing bracket
	return slog.GroupValue(attrs...), err
}

func array(d *json.Decoder) (slog.Value, error) {
	elems := []any{}
	for d.More() {
		v, err := value(d)
		if err != nil {
			return v, err
		}
		elems = append(elems, v.Any())
	}
	_, err := d.Token()
	return slog.AnyValue(elems), err
}

func number(s string) (slog.Value, error) {
	if !strings.ContainsAny(s, ".eE") && s != "-0" {
		if i, err := strconv.ParseInt(s, 10, 64); err == nil {
			return slog.Int64Value(i), nil
		}
		if u, err := strconv.ParseUint(s, 10, 64); err == nil {
			return slog.Uint64Value(u), nil
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	return slog.Float64Value(f), err
}
