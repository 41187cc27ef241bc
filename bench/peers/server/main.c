// Copyright 2026 the Toukon Lambda authors. MIT license.

/*
 * A Runtime API for one client, which it starts, measures and ends:
 *
 *   runtime_api SIZE WARM_UP INVOCATIONS SECONDS CORE GROUP PROGRAM [ARGUMENT...]
 *
 * It hands out events of SIZE bytes: WARM_UP that are not measured, and then
 * INVOCATIONS, or as many as fit into SECONDS. Each reply has to be the one to
 * its event. CORE is the number of the core that both run on, or "-" for any.
 * GROUP is the file cgroup.procs that the program enters, or "-". What was
 * measured is printed as JSON.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "client.h"
#include "fail.h"
#include "invocations.h"
#include "request.h"

enum { CONNECTION_LIMIT = 64, PATIENCE_SECONDS = 60 };

static struct connection *connections[CONNECTION_LIMIT];
static int connection_count;
static volatile sig_atomic_t is_interrupted;

void fail(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vfprintf(stderr, format, values);
  va_end(values);
  fputc('\n', stderr);
  end_client();
  exit(1);
}

void fail_with_errno(const char *what) { fail("%s: %s", what, strerror(errno)); }

static void interrupt(int signal) {
  (void)signal;
  is_interrupted = 1;
}

static void answer(struct connection *connection) {
  static struct request request;
  while (take_request(connection, &request)) {
    if (strcmp(request.method, "GET") == 0 && strcmp(request.path, ROOT "next") == 0) {
      answer_next(connection->descriptor);
    } else if (strcmp(request.method, "POST") == 0) {
      take_reply(connection->descriptor, &request);
    } else {
      fail("Client sends %s %s, which the Runtime API does not have", request.method, request.path);
    }
  }
}

/** Reads what has arrived, and gives 0 where the client has closed the connection. */
static int receive(struct connection *connection) {
  ssize_t count =
      read(connection->descriptor, connection->bytes + connection->length, REQUEST_LIMIT - connection->length);
  if (count < 0 && errno == EINTR) return 1;
  if (count <= 0) return 0;
  connection->length += (size_t)count;
  answer(connection);
  return 1;
}

static void accept_connection(int listener) {
  int descriptor = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (descriptor < 0) fail_with_errno("Cannot accept a connection");
  if (connection_count == CONNECTION_LIMIT) fail("Client opens more than %d connections", CONNECTION_LIMIT);
  int yes = 1;
  struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  struct connection *connection = calloc(1, sizeof *connection);
  if (connection == NULL) fail_with_errno("Cannot take a connection");
  connection->descriptor = descriptor;
  connections[connection_count++] = connection;
}

static void drop_connection(int index) {
  close(connections[index]->descriptor);
  free(connections[index]);
  connections[index] = connections[--connection_count];
}

/** Listens on loopback, and tells the client where. */
static int listen_for_client(void) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 16) != 0 ||
      getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
    fail_with_errno("Cannot listen on 127.0.0.1");
  }
  char name[32];
  snprintf(name, sizeof name, "127.0.0.1:%d", ntohs(address.sin_port));
  if (setenv("AWS_LAMBDA_RUNTIME_API", name, 1) != 0) fail_with_errno("Cannot set AWS_LAMBDA_RUNTIME_API");
  return listener;
}

__attribute__((noreturn)) static void serve(int listener, int ended) {
  for (;;) {
    struct pollfd polled[CONNECTION_LIMIT + 2] = {{listener, POLLIN, 0}, {ended, POLLIN, 0}};
    for (int i = 0; i < connection_count; i++) polled[i + 2] = (struct pollfd){connections[i]->descriptor, POLLIN, 0};
    int ready = poll(polled, (nfds_t)connection_count + 2, PATIENCE_SECONDS * 1000);
    if (is_interrupted) fail("Interrupted");
    if (ready < 0 && errno != EINTR) fail_with_errno("Cannot poll");
    if (ready < 0) continue;
    if (ready == 0) fail("Client has been silent for %d seconds, at invocation %ld", PATIENCE_SECONDS, invocation_count());
    // From the last, whose place a dropped one's is taken by.
    for (int i = connection_count - 1; i >= 0; i--) {
      if (polled[i + 2].revents != 0 && !receive(connections[i])) drop_connection(i);
    }
    if (polled[0].revents != 0) accept_connection(listener);
    if (polled[1].revents != 0) {
      char how[64];
      describe_end(how, sizeof how);
      fail("Client has ended %s, at invocation %ld", how, invocation_count());
    }
  }
}

static long to_number(const char *text) {
  char *end;
  long number = strtol(text, &end, 10);
  if (end == text || *end != '\0' || number < 0) fail("Cannot use \"%s\": expected a whole number", text);
  return number;
}

/** The client inherits it. */
static void stay_on(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) fail("Cannot stay on core %d: %s", core, strerror(errno));
}

int main(int count, char **arguments) {
  if (count < 8) fail("Usage: %s SIZE WARM_UP INVOCATIONS SECONDS CORE GROUP PROGRAM [ARGUMENT...]", arguments[0]);
  prepare_invocations((size_t)to_number(arguments[1]), to_number(arguments[2]), to_number(arguments[3]),
                      to_number(arguments[4]));
  signal(SIGPIPE, SIG_IGN);
  struct sigaction on_end = {.sa_handler = interrupt};
  sigaction(SIGINT, &on_end, NULL);
  sigaction(SIGTERM, &on_end, NULL);
  int listener = listen_for_client();
  if (strcmp(arguments[5], "-") != 0) stay_on((int)to_number(arguments[5]));
  const char *group = strcmp(arguments[6], "-") == 0 ? NULL : arguments[6];
  serve(listener, start_client(arguments + 7, group));
}
