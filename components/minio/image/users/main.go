// Gives the store the users that its Secret names, and takes those away that it no longer names. Runs beside the server whenever that
// has started, and ends.
//
// Environment: MINIO_ROOT_USER, MINIO_ROOT_PASSWORD; ACCESS_KEY, SECRET_KEY; PREVIOUS_ACCESS_KEY, PREVIOUS_SECRET_KEY, empty if there
// are none: they stay valid while others still use them.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/minio/madmin-go/v3"
)

// Its users are those with this policy, whoever made them.
const policyName = "bigdata-platform"

// All of S3, nothing of the server's administration: no keys of its own either, which would end with it.
const policy = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::*"]},
	{"Effect":"Deny","Action":["admin:CreateServiceAccount","admin:UpdateServiceAccount","admin:CreateUser"]}]}`

const endpoint = "127.0.0.1:9000"

// What it may use: the server has the rest of the container's memory.
const memory = 96 << 20

// How long a server may need to start; afterwards its container is replaced.
const patience = time.Hour

type user struct{ access, secret string }

func main() {
	within, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	debug.SetMemoryLimit(memory)
	if err := run(within); err != nil {
		complain(err)
		os.Exit(1)
	}
}

// complain tells the server's log as well: nobody sees what a hook says.
func complain(err error) {
	text := fmt.Sprintf("the users of the store: %v\n", err)
	fmt.Fprint(os.Stderr, text)
	if log, err := os.OpenFile("/proc/1/fd/2", os.O_WRONLY, 0); err == nil {
		defer log.Close()
		fmt.Fprint(log, text)
	}
}

func run(within context.Context) error {
	wanted, err := wantedUsers()
	if err != nil {
		return err
	}
	root := user{os.Getenv("MINIO_ROOT_USER"), os.Getenv("MINIO_ROOT_PASSWORD")}
	admin, err := madmin.New(endpoint, root.access, root.secret, false)
	if err != nil {
		return err
	}
	there, err := usersOnceItServes(within, admin)
	if err != nil {
		return err
	}
	if err := admin.AddCannedPolicy(within, policyName, []byte(policy)); err != nil {
		return fmt.Errorf("policy %s: %w", policyName, err)
	}
	for _, each := range wanted {
		if err := admin.AddUser(within, each.access, each.secret); err != nil {
			return fmt.Errorf("adding a user: %w", err)
		}
		if hasPolicy(there[each.access]) {
			continue
		}
		request := madmin.PolicyAssociationReq{Policies: []string{policyName}, User: each.access}
		if _, err := admin.AttachPolicy(within, request); err != nil {
			return fmt.Errorf("giving a user the policy %s: %w", policyName, err)
		}
	}
	for access, found := range there {
		if !hasPolicy(found) || isAmong(wanted, access) {
			continue
		}
		if err := admin.RemoveUser(within, access); err != nil {
			return fmt.Errorf("removing a user: %w", err)
		}
	}
	return nil
}

// What the Secret names.
func wantedUsers() ([]user, error) {
	current := user{os.Getenv("ACCESS_KEY"), os.Getenv("SECRET_KEY")}
	previous := user{os.Getenv("PREVIOUS_ACCESS_KEY"), os.Getenv("PREVIOUS_SECRET_KEY")}
	if (previous.access == "") != (previous.secret == "") {
		return nil, errors.New("the Secret has one of previousAccessKey and previousSecretKey without the other")
	}
	wanted := []user{current}
	if previous.access != "" {
		wanted = append(wanted, previous)
	}
	for _, each := range wanted {
		if each.access == os.Getenv("MINIO_ROOT_USER") {
			return nil, errors.New("accessKey in the Secret must be another user than rootUser")
		}
	}
	if previous.access == current.access && previous.secret != current.secret {
		return nil, errors.New("in the Secret, previousAccessKey is accessKey with another secret: a user has one secret")
	}
	return wanted, nil
}

func usersOnceItServes(within context.Context, admin *madmin.AdminClient) (map[string]madmin.UserInfo, error) {
	retries := madmin.MaxRetry
	madmin.MaxRetry = 1
	defer func() { madmin.MaxRetry = retries }()
	for {
		there, err := admin.ListUsers(within)
		if err == nil {
			return there, nil
		}
		if response := madmin.ToErrorResponse(err); response.Code == "AccessDenied" || response.Code == "InvalidAccessKeyId" {
			return nil, err
		}
		select {
		case <-within.Done():
			return nil, fmt.Errorf("the server does not answer within %s: %w", patience, err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func hasPolicy(found madmin.UserInfo) bool {
	for _, each := range strings.Split(found.PolicyName, ",") {
		if each == policyName {
			return true
		}
	}
	return false
}

func isAmong(users []user, access string) bool {
	for _, each := range users {
		if each.access == access {
			return true
		}
	}
	return false
}
