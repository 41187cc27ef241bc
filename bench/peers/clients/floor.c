// Copyright 2026 the Toukon Lambda authors. MIT license.

/*
 * The floor: what a client costs that does nothing but read from and write to
 * one socket. It reads just as much of HTTP and JSON as this bench needs.
 */

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOT "/2018-06-01/runtime/invocation/"

enum { ID_LIMIT = 64, NAME_LIMIT = 64, SPARE = 4096 };

static int connection;
static char *bytes;
static size_t capacity = SPARE, length;

__attribute__((noreturn)) static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static void send_all(const char *text, size_t count) {
  while (count > 0) {
    ssize_t sent = write(connection, text, count);
    if (sent <= 0) fail("Cannot write");
    text += sent;
    count -= (size_t)sent;
  }
}

static void receive(void) {
  ssize_t count = read(connection, bytes + length, capacity - length - 1);
  if (count <= 0) fail("Cannot read");
  length += (size_t)count;
  bytes[length] = '\0';
}

/** Copies what stands after a text up to an end. */
static void copy_after(const char *text, const char *start, char end, char *copy, size_t limit) {
  const char *found = strstr(text, start);
  if (found == NULL) fail("Cannot find what is looked for");
  found += strlen(start);
  const char *stop = strchr(found, end);
  if (stop == NULL || (size_t)(stop - found) >= limit) fail("Cannot copy what is found");
  memcpy(copy, found, (size_t)(stop - found));
  copy[stop - found] = '\0';
}

/** Reads a whole answer, and gives where its body begins. */
static char *read_answer(void) {
  char *body, text[32];
  length = 0;
  do receive();
  while ((body = strstr(bytes, "\r\n\r\n")) == NULL);
  copy_after(bytes, "Content-Length: ", '\r', text, sizeof text);
  size_t head_length = (size_t)(body + 4 - bytes);
  size_t total = head_length + strtoul(text, NULL, 10);
  if (capacity < total + SPARE) {
    capacity = total + SPARE;
    bytes = realloc(bytes, capacity);
    if (bytes == NULL) fail("Cannot hold an event");
  }
  while (length < total) receive();
  return bytes + head_length;
}

static void open_connection(const char *api) {
  const char *colon = api == NULL ? NULL : strchr(api, ':');
  if (colon == NULL) fail("Cannot use AWS_LAMBDA_RUNTIME_API");
  char host[INET_ADDRSTRLEN];
  snprintf(host, sizeof host, "%.*s", (int)(colon - api), api);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(colon + 1))};
  int yes = 1;
  connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connection < 0 || inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
      connect(connection, (struct sockaddr *)&address, sizeof address) != 0 ||
      setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) != 0) {
    fail("Cannot connect");
  }
}

int main(void) {
  static const char NEXT[] = "GET " ROOT "next HTTP/1.1\r\nHost: runtime\r\n\r\n";
  char id[ID_LIMIT], name[NAME_LIMIT], reply[128], request[512];
  bytes = malloc(capacity);
  if (bytes == NULL) fail("Cannot hold an answer");
  open_connection(getenv("AWS_LAMBDA_RUNTIME_API"));
  for (;;) {
    send_all(NEXT, sizeof NEXT - 1);
    const char *event = read_answer();
    copy_after(bytes, "Lambda-Runtime-Aws-Request-Id: ", '\r', id, sizeof id);
    copy_after(event, "{\"name\":\"", '"', name, sizeof name);
    int reply_length = snprintf(reply, sizeof reply, "{\"message\":\"Hello, %s\"}", name);
    int request_length = snprintf(request, sizeof request,
                                  "POST " ROOT "%s/response HTTP/1.1\r\nHost: runtime\r\nContent-Length: %d\r\n\r\n%s",
                                  id, reply_length, reply);
    send_all(request, (size_t)request_length);
    read_answer();
  }
}
