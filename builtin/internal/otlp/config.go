package otlp

// What the environment says about one signal.

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
)

// A signal is one of the three kinds of telemetry.
type signal struct {
	name     string // in errors
	variable string // in the names of variables
	path     string // of an HTTP request, below a general endpoint
	service  string // of a gRPC call
	items    string // what an answer says has been rejected
}

var (
	traces  = signal{"traces", "TRACES", "v1/traces", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "spans"}
	metrics = signal{"metrics", "METRICS", "v1/metrics", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "data points"}
	logs    = signal{"logs", "LOGS", "v1/logs", "/opentelemetry.proto.collector.logs.v1.LogsService/Export", "log records"}
)

// A config is what the variables say about a signal.
type config struct {
	signal
	grpc     bool
	endpoint *url.URL // complete: the path is the request's, of gRPC the call's
	socket   string   // of a unix domain socket, instead of the endpoint's host
	headers  http.Header
	gzip     bool
	timeout  time.Duration // of one attempt
	tls      *tls.Config   // nil for the defaults
}

// variables reads those of one signal.
type variables struct {
	signal
	get func(string) string
}

// lookup returns the value of OTEL_EXPORTER_OTLP_<SIGNAL>_name, or else of
// OTEL_EXPORTER_OTLP_name, with the name of the variable that it is from.
func (v *variables) lookup(name string) (value, from string) {
	for _, from := range []string{"OTEL_EXPORTER_OTLP_" + v.variable + "_" + name, "OTEL_EXPORTER_OTLP_" + name} {
		if value := strings.TrimSpace(v.get(from)); value != "" {
			return value, from
		}
	}
	return "", ""
}

// newConfig reads all variables of a signal.
func newConfig(s signal, getenv func(string) string) (*config, error) {
	v := &variables{s, getenv}
	c := &config{signal: s, timeout: 10 * time.Second, headers: http.Header{}}
	return c, errors.Join(c.readProtocol(v), c.readEndpoint(v), c.readHeaders(v), c.readCompression(v), c.readTimeout(v), c.readTLS(v))
}

func (c *config) readProtocol(v *variables) error {
	switch p, from := v.lookup("PROTOCOL"); p {
	case "", "http/protobuf":
	case "grpc":
		c.grpc = true
	default:
		return fmt.Errorf("%s=%s: unknown protocol; http/protobuf and grpc are there", from, p)
	}
	return nil
}

// readEndpoint finds out where to send to. With HTTP the path of a general endpoint has the
// signal's below it, and that of a signal's own is used as it is; with gRPC an endpoint may
// lack a scheme, and a path means nothing.
func (c *config) readEndpoint(v *variables) error {
	text, from := v.lookup("ENDPOINT")
	general := from == "" || from == "OTEL_EXPORTER_OTLP_ENDPOINT"
	switch {
	case text == "" && c.grpc:
		text = "http://localhost:4317"
	case text == "":
		text = "http://localhost:4318"
	case c.grpc && !strings.Contains(text, "://"):
		scheme := "https://"
		if insecure, _ := v.lookup("INSECURE"); strings.EqualFold(insecure, "true") {
			scheme = "http://"
		}
		text = scheme + text
	}
	u, err := url.Parse(text)
	if err != nil {
		var wrong *url.Error
		if errors.As(err, &wrong) { // whose text has the whole value, with a password perhaps
			err = wrong.Err
		}
		return fmt.Errorf("%s is no URL: %w", from, err)
	}
	switch {
	case u.Scheme == "unix" && u.Path != "":
		c.socket = u.Path
		u = &url.URL{Scheme: "http", Host: "localhost"}
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return fmt.Errorf("%s=%s is no URL of a collector; it has to begin with http:// or https:// and name a host", from, u.Redacted())
	}
	switch {
	case c.grpc:
		u.Path = c.service
	case general:
		u.Path = path.Join("/", u.Path, c.path)
	case u.Path == "":
		u.Path = "/"
	}
	u.RawPath = ""
	c.endpoint = u
	return nil
}

// readHeaders reads both variables: headers of the signal are added to the general ones, and
// replace those of the same name.
func (c *config) readHeaders(v *variables) error {
	for _, from := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_" + v.variable + "_HEADERS"} {
		for pair := range strings.SplitSeq(v.get(from), ",") {
			if pair = strings.TrimSpace(pair); pair == "" {
				continue
			}
			// Errors do not have the value, which is a credential more often than not.
			name, value, found := strings.Cut(pair, "=")
			name = strings.TrimSpace(name)
			value, err := url.PathUnescape(strings.TrimSpace(value))
			if !found || err != nil || !isToken(name) || strings.ContainsFunc(value, unicode.IsControl) {
				return fmt.Errorf("%s has a member that is not name=value, with the value percent-encoded", from)
			}
			c.headers.Set(name, value)
		}
	}
	return nil
}

// isToken reports whether name can be that of a header. Source: RFC 9110, section 5.6.2.
func isToken(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c >= unicode.MaxASCII || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c)
	})
}

func (c *config) readCompression(v *variables) error {
	switch z, from := v.lookup("COMPRESSION"); z {
	case "", "none":
	case "gzip":
		c.gzip = true
	default:
		return fmt.Errorf("%s=%s: unknown compression; gzip and none are there", from, z)
	}
	return nil
}

func (c *config) readTimeout(v *variables) error {
	text, from := v.lookup("TIMEOUT")
	if text == "" {
		return nil
	}
	ms, err := strconv.ParseInt(text, 10, 32)
	if err != nil || ms < 0 {
		return fmt.Errorf("%s=%s is no number of milliseconds", from, text)
	}
	c.timeout = time.Duration(ms) * time.Millisecond // 0 is none
	return nil
}

// readTLS reads the certificates: of authorities to trust instead of the system's, and of
// the client with its key.
func (c *config) readTLS(v *variables) error {
	conf := &tls.Config{}
	if file, from := v.lookup("CERTIFICATE"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("%s: %s has no certificate", from, file)
		}
		c.tls = conf
	}
	cert, from := v.lookup("CLIENT_CERTIFICATE")
	key, keyFrom := v.lookup("CLIENT_KEY")
	switch {
	case cert == "" && key == "":
		return nil
	case cert == "" || key == "":
		return fmt.Errorf("%s is set alone; a client's certificate and its key go together", from+keyFrom)
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("%s, %s: %w", from, keyFrom, err)
	}
	conf.Certificates = []tls.Certificate{pair}
	c.tls = conf
	return nil
}

// temporality returns which instruments tell of what has come since the last time, and which
// of all that there was.
func temporality(getenv func(string) string) (sdkmetric.TemporalitySelector, error) {
	const name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
	switch value := strings.TrimSpace(getenv(name)); strings.ToLower(value) {
	case "", "cumulative":
		return sdkmetric.CumulativeTemporalitySelector, nil
	case "delta":
		return sdkmetric.DeltaTemporalitySelector, nil
	case "lowmemory":
		return sdkmetric.LowMemoryTemporalitySelector, nil
	default:
		return nil, fmt.Errorf("%s=%s: unknown preference; cumulative, delta and lowmemory are there", name, value)
	}
}

// aggregation returns how histograms are made. The sizes are the specification's defaults.
func aggregation(getenv func(string) string) (sdkmetric.AggregationSelector, error) {
	const name = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"
	switch value := strings.TrimSpace(getenv(name)); strings.ToLower(value) {
	case "", "explicit_bucket_histogram":
		return sdkmetric.DefaultAggregationSelector, nil
	case "base2_exponential_bucket_histogram":
		return func(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
			if k == sdkmetric.InstrumentKindHistogram {
				return sdkmetric.AggregationBase2ExponentialHistogram{MaxSize: 160, MaxScale: 20}
			}
			return sdkmetric.DefaultAggregationSelector(k)
		}, nil
	default:
		return nil, fmt.Errorf("%s=%s: unknown aggregation; explicit_bucket_histogram and base2_exponential_bucket_histogram are there", name, value)
	}
}
