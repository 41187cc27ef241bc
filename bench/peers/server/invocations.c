// Copyright 2026 the Toukon Lambda authors. MIT license.

#define _GNU_SOURCE
#include "invocations.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include "client.h"
#include "fail.h"

enum { NAME_DIGITS = 9, DEADLINE_SECONDS = 60 };

#define EVENT_START "{\"name\":\"bench-"
#define EVENT_MIDDLE "\",\"padding\":\""
#define EVENT_END "\"}"
#define ID "8476a536-e9f4-11e8-9739-%012ld"

static const char ACCEPTED[] =
    "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{\"status\":\"OK\"}\n";

static char *event;
static size_t event_size;
static long warm_up, most, handed_out;
static uint64_t most_ns;
static int is_answered = 1;

static uint64_t handed_out_ns, *latencies_ns, first_next_ns, first_processor_ns;
static uint64_t start_ns, start_processor_ns;

void prepare_invocations(size_t size, long first, long count, long seconds) {
  event_size = size;
  warm_up = first;
  most = count;
  most_ns = (uint64_t)seconds * 1000000000;
  if (most == 0) fail("Cannot measure 0 invocations: expected 1 or more");
  latencies_ns = calloc((size_t)most, sizeof *latencies_ns);
  if (latencies_ns == NULL) fail_with_errno("Cannot keep the latencies");
  size_t least = strlen(EVENT_START EVENT_MIDDLE EVENT_END) + NAME_DIGITS;
  if (event_size < least) fail("Cannot make an event of %zu bytes: expected at least %zu", event_size, least);
  event = malloc(event_size + 1);
  if (event == NULL) fail_with_errno("Cannot make the event");
  int length = sprintf(event, EVENT_START "%0*d" EVENT_MIDDLE, NAME_DIGITS, 0);
  memset(event + length, 'x', event_size - (size_t)length);
  strcpy(event + event_size - strlen(EVENT_END), EVENT_END);
}

/** Writes all of it; a client that does not read in time has failed. */
static void send_all(int descriptor, struct iovec *parts, int count) {
  while (count > 0) {
    ssize_t sent = writev(descriptor, parts, count);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail_with_errno("Client does not read what it is sent");
    while (count > 0 && (size_t)sent >= parts->iov_len) {
      sent -= (ssize_t)parts->iov_len;
      parts++;
      count--;
    }
    if (count == 0) return;
    parts->iov_base = (char *)parts->iov_base + sent;
    parts->iov_len -= (size_t)sent;
  }
}

static void hand_out(int descriptor) {
  handed_out++;
  char digits[24], head[1024];
  snprintf(digits, sizeof digits, "%0*ld", NAME_DIGITS, handed_out);
  memcpy(event + strlen(EVENT_START), digits, NAME_DIGITS);
  int length = snprintf(
      head, sizeof head,
      "HTTP/1.1 200 OK\r\n"
      "Content-Type: application/json\r\n"
      "Content-Length: %zu\r\n"
      "Lambda-Runtime-Aws-Request-Id: " ID "\r\n"
      "Lambda-Runtime-Deadline-Ms: %lld\r\n"
      "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:bench\r\n"
      "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1\r\n"
      "\r\n",
      event_size, handed_out, (long long)(time(NULL) + DEADLINE_SECONDS) * 1000);
  struct iovec parts[] = {{head, (size_t)length}, {event, event_size}};
  is_answered = 0;
  handed_out_ns = now_ns();
  send_all(descriptor, parts, 2);
}

static int compare(const void *left, const void *right) {
  uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
  return (a > b) - (a < b);
}

/** The latency that a share of the invocations does not exceed, in microseconds. */
static double quantile_us(long count, double share) {
  return (double)latencies_ns[(long)(share * (double)(count - 1))] / 1e3;
}

__attribute__((noreturn)) static void report(uint64_t end_ns) {
  double processor_ns = (double)(client_processor_ns() - start_processor_ns);
  long count = handed_out - warm_up;
  double seconds = (double)(end_ns - start_ns) / 1e9;
  qsort(latencies_ns, (size_t)count, sizeof *latencies_ns, compare);
  printf("{\"firstNextMs\":%.3f,\"firstNextProcessorMs\":%.3f,\"invocations\":%ld,\"seconds\":%.6f,",
         (double)(first_next_ns - client_started_ns()) / 1e6, (double)first_processor_ns / 1e6, count, seconds);
  printf("\"p50Us\":%.3f,\"p90Us\":%.3f,\"p99Us\":%.3f,", quantile_us(count, 0.5), quantile_us(count, 0.9),
         quantile_us(count, 0.99));
  printf("\"processorUs\":%.3f,\"perSecond\":%.3f,", processor_ns / 1e3 / (double)count, (double)count / seconds);
  printf("\"residentKib\":%ld,\"peakKib\":%ld}\n", client_memory_kib("VmRSS"), client_memory_kib("VmHWM"));
  end_client();
  exit(fflush(stdout) == 0 ? 0 : 1);
}

void answer_next(int descriptor) {
  uint64_t asked_ns = now_ns();
  if (!is_answered) fail("Client asks for an invocation before it has answered the one it has");
  if (handed_out == 0) {
    first_next_ns = asked_ns;
    first_processor_ns = client_processor_ns();
  }
  if (handed_out == warm_up) {
    start_ns = asked_ns;
    start_processor_ns = client_processor_ns();
  } else if (handed_out > warm_up && (handed_out - warm_up == most || asked_ns - start_ns >= most_ns)) {
    report(asked_ns);
  }
  hand_out(descriptor);
}

/** Tells whether two JSON texts are the same but for spaces between tokens. */
static int is_same_json(const char *left, const char *right) {
  for (int in_string = 0;; left++, right++) {
    while (!in_string && *left == ' ') left++;
    while (!in_string && *right == ' ') right++;
    if (*left != *right) return 0;
    if (*left == '\0') return 1;
    if (*left == '"') in_string = !in_string;
  }
}

void take_reply(int descriptor, const struct request *request) {
  uint64_t answered_ns = now_ns();
  char path[128], reply[64];
  snprintf(path, sizeof path, ROOT ID "/response", handed_out);
  snprintf(reply, sizeof reply, "{\"message\":\"Hello, bench-%0*ld\"}", NAME_DIGITS, handed_out);
  if (strcmp(request->path, path) != 0) {
    fail("Client posts to %s: expected %s. It sends: %.2000s", request->path, path, request->body);
  }
  if (is_answered) fail("Client answers invocation %ld twice", handed_out);
  if (!is_same_json(request->body, reply)) {
    fail("Client replies %.2000s to invocation %ld: expected %s", request->body, handed_out, reply);
  }
  if (handed_out > warm_up) latencies_ns[handed_out - warm_up - 1] = answered_ns - handed_out_ns;
  is_answered = 1;
  struct iovec accepted = {(char *)ACCEPTED, sizeof ACCEPTED - 1};
  send_all(descriptor, &accepted, 1);
}

long invocation_count(void) { return handed_out; }
