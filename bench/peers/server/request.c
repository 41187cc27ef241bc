// Copyright 2026 the Toukon Lambda authors. MIT license.

#define _GNU_SOURCE
#include "request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "fail.h"

/** The value of a header in a head that ends with a zero, or NULL. */
static const char *header(const char *head, const char *name) {
  size_t length = strlen(name);
  for (const char *line = strstr(head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
    line += 2;
    if (strncasecmp(line, name, length) != 0 || line[length] != ':') continue;
    return line + length + 1 + strspn(line + length + 1, " \t");
  }
  return NULL;
}

static size_t to_length(const char *text, int base) {
  char *end;
  errno = 0;
  unsigned long length = strtoul(text, &end, base);
  if (end == text || errno != 0 || length > REQUEST_LIMIT) {
    fail("Client sends a body of %.20s bytes: expected at most %d", text, REQUEST_LIMIT);
  }
  return length;
}

/**
 * Joins the chunks of a body where they are. Gives how many bytes they took, or
 * 0 if the last has not arrived.
 */
static size_t join_chunks(char *body, size_t *joined) {
  char *next = body;
  *joined = 0;
  for (;;) {
    char *data = strstr(next, "\r\n");
    if (data == NULL) return 0;
    data += 2;
    size_t length = to_length(next, 16);
    if (length == 0) {
      // An empty line ends the trailers, of which there may be none.
      char *end = strstr(data - 2, "\r\n\r\n");
      return end == NULL ? 0 : (size_t)(end + 4 - body);
    }
    if (strnlen(data, length + 2) < length + 2) return 0;
    memmove(body + *joined, data, length);
    *joined += length;
    next = data + length + 2;
  }
}

/** The path of a target, which names the host too where it is meant for a proxy. */
static const char *to_path(const char *target) {
  const char *scheme = "http://";
  if (target == NULL || strncmp(target, scheme, strlen(scheme)) != 0) return target;
  const char *path = strchr(target + strlen(scheme), '/');
  return path == NULL ? target : path;
}

/** Reads the body after a head, and gives 0 if it has not arrived as a whole. */
static int take_body(const char *head, char *body, size_t arrived, struct request *request) {
  const char *length = header(head, "Content-Length");
  const char *encoding = header(head, "Transfer-Encoding");
  size_t taken = 0;
  if (encoding != NULL) {
    if (strncasecmp(encoding, "chunked", 7) != 0) fail("Client sends Transfer-Encoding: %.20s", encoding);
    taken = join_chunks(body, &request->body_length);
    if (taken == 0) return 0;
  } else {
    taken = request->body_length = length == NULL ? 0 : to_length(length, 10);
    if (arrived < taken) return 0;
  }
  request->body = body;
  request->length = (size_t)(body - request->bytes) + taken;
  return 1;
}

int take_request(struct connection *connection, struct request *request) {
  memcpy(request->bytes, connection->bytes, connection->length);
  request->bytes[connection->length] = '\0';
  char *head_end = strstr(request->bytes, "\r\n\r\n");
  if (head_end == NULL) {
    if (connection->length == REQUEST_LIMIT) fail("Client sends a head of more than %d bytes", REQUEST_LIMIT);
    return 0;
  }
  char *body = head_end + 4;
  head_end[2] = '\0';
  size_t arrived = connection->length - (size_t)(body - request->bytes);
  if (!take_body(request->bytes, body, arrived, request)) {
    if (connection->length == REQUEST_LIMIT) fail("Client sends a request of more than %d bytes", REQUEST_LIMIT);
    return 0;
  }
  char *line = request->bytes;
  line[strcspn(line, "\r")] = '\0';
  char *rest = line;
  request->method = strsep(&rest, " ");
  request->path = to_path(strsep(&rest, " "));
  if (rest == NULL || strcmp(rest, "HTTP/1.1") != 0) fail("Client sends no HTTP/1.1: %.80s", request->bytes);
  connection->length -= request->length;
  memmove(connection->bytes, connection->bytes + request->length, connection->length);
  // Only now: the next request may begin there.
  request->bytes[(request->body - request->bytes) + (ptrdiff_t)request->body_length] = '\0';
  return 1;
}
