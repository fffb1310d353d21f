package otlp

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// writePEM writes blocks to a file and returns its name.
func writePEM(t *testing.T, name string, kind string, der []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// selfSigned makes a client's certificate, and writes it and its key to files.
func selfSigned(t *testing.T) (cert *x509.Certificate, certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "client"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	if cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return cert, writePEM(t, "cert.pem", "CERTIFICATE", der), writePEM(t, "key.pem", "PRIVATE KEY", pkcs8)
}

// Over TLS a collector is believed that the certificate vouches for, and it can ask for the
// client's; without them nothing is sent.
func TestTLS(t *testing.T) {
	client, certFile, keyFile := selfSigned(t)
	for _, protocol := range []string{"http/protobuf", "grpc"} {
		requests := 0
		s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests++
			received(t, r)
			if protocol == "grpc" {
				grpcAnswer(w, "0", "", nil)
			}
		}))
		s.EnableHTTP2 = true
		s.Config.ErrorLog = log.New(io.Discard, "", 0)
		s.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: x509.NewCertPool()}
		s.TLS.ClientCAs.AddCert(client)
		s.StartTLS()
		defer s.Close()
		authority := writePEM(t, "server.pem", "CERTIFICATE", s.Certificate().Raw)
		vars := []string{"PROTOCOL=" + protocol, "ENDPOINT=" + s.URL, "CERTIFICATE=" + authority, "CLIENT_CERTIFICATE=" + certFile, "CLIENT_KEY=" + keyFile}
		if err := exporter(t, vars...).ExportSpans(t.Context(), spans("s")); err != nil || requests != 1 {
			t.Errorf("%s: %d requests, %v", protocol, requests, err)
		}
		for _, missing := range []string{"CERTIFICATE", "CLIENT_CERTIFICATE"} {
			less := append([]string{}, vars...)
			for i, v := range less {
				if strings.HasPrefix(v, missing+"=") || missing == "CLIENT_CERTIFICATE" && strings.HasPrefix(v, "CLIENT_") {
					less[i] = "X="
				}
			}
			e := exporter(t, less...)
			e.haste.Begin()
			if err := e.ExportSpans(t.Context(), spans("s")); err == nil || requests != 1 {
				t.Errorf("%s without %s: %d requests, %v", protocol, missing, requests, err)
			}
		}
	}
}
