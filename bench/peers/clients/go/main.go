// Copyright 2026 the Toukon Lambda authors. MIT license.

package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type Event struct {
	Name    string `json:"name"`
	Padding string `json:"padding"`
}

type Reply struct {
	Message string `json:"message"`
}

func handle(_ context.Context, event Event) (Reply, error) {
	return Reply{Message: "Hello, " + event.Name}, nil
}

func main() {
	lambda.Start(handle)
}
