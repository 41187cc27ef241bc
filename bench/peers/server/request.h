// Copyright 2026 the Toukon Lambda authors. MIT license.

#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>

enum { REQUEST_LIMIT = 64 * 1024 };

/** A connection of the client, with what has arrived of its next request. */
struct connection {
  int descriptor;
  size_t length;
  char bytes[REQUEST_LIMIT + 1];
};

/** A request that has arrived as a whole; its texts end with a zero. */
struct request {
  const char *method, *path, *body;
  size_t body_length;
  /** How much of the connection's bytes it takes. */
  size_t length;
  char bytes[REQUEST_LIMIT + 1];
};

/**
 * Takes a request from the bytes of a connection, and gives 0 if it has not
 * arrived as a whole yet. Fails on what is not HTTP/1.1.
 */
int take_request(struct connection *connection, struct request *request);

#endif
