// What the end-to-end tests run in pods: a web server and the two questions that a pod asks its network.
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(verb string, args []string) error {
	switch verb {
	case "serve":
		return serve(args[0], args[1])
	case "get":
		return get(args[0])
	case "lookup":
		addresses, err := net.LookupHost(args[0])
		fmt.Println(strings.Join(addresses, " "))
		return err
	case "write":
		return os.WriteFile(args[0], []byte(args[1]), 0o644)
	case "read":
		content, err := os.ReadFile(args[0])
		fmt.Println(string(content))
		return err
	default:
		return fmt.Errorf("unknown verb %q", verb)
	}
}

func serve(address, text string) error {
	stopped, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, text)
	})}
	go func() {
		<-stopped.Done()
		fmt.Println("stopped")
		server.Close()
	}()
	fmt.Println("serving", text)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return nil
}

func get(url string) error {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	fmt.Println(string(body))
	return err
}
