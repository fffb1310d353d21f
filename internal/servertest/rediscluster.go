package servertest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// slots is how many hash slots a cluster has.
const slots = 1 << 14

// RedisCluster starts n redis-servers and makes them a cluster, each with an equal part of
// the slots: those of the first begin at 0. It returns their addresses when all of them know
// of each other.
func RedisCluster(t TB, n int) (addrs []string) {
	t.Helper()
	for range n {
		// Each has a file of its own, in a folder of its own.
		addrs = append(addrs, Redis(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "5000"))
	}
	host, port, _ := net.SplitHostPort(addrs[0])
	for i, addr := range addrs {
		own := []string{"CLUSTER", "ADDSLOTS"}
		for slot := i * slots / n; slot < (i+1)*slots/n; slot++ {
			own = append(own, strconv.Itoa(slot))
		}
		must(t, addr, own...)
		if i > 0 {
			must(t, addr, "CLUSTER", "MEET", host, port)
		}
	}
	// They tell each other in their own time, and nothing says when they are done.
	deadline := time.Now().Add(time.Minute)
	for _, addr := range addrs {
		for {
			info := must(t, addr, "CLUSTER", "INFO")
			if strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:"+strconv.Itoa(n)) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: the cluster does not come up:\n%s", addr, info)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return addrs
}

func must(t TB, addr string, args ...string) string {
	t.Helper()
	reply, err := RedisDo(addr, args...)
	if err != nil {
		t.Fatalf("%s: %s: %v", addr, args[0], err)
	}
	return reply
}

// RedisDo sends a command on a connection of its own and returns the reply, which is a line
// or a string.
func RedisDo(addr string, args ...string) (string, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, a := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(a), a)
	}
	if _, err := io.WriteString(conn, b.String()); err != nil {
		return "", err
	}
	r := bufio.NewReader(conn)
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	switch line[:1] {
	case "-":
		return "", fmt.Errorf("%s", line[1:])
	case "$":
		n, err := strconv.Atoi(line[1:])
		if err != nil || n < 0 {
			return "", err
		}
		text := make([]byte, n)
		_, err = io.ReadFull(r, text)
		return string(text), err
	}
	return line[1:], nil
}
