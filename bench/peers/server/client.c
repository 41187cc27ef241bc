// Copyright 2026 the Toukon Lambda authors. MIT license.

#define _GNU_SOURCE
#include "client.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fail.h"

static pid_t client = -1;
static uint64_t started_ns;

static uint64_t clock_ns(clockid_t clock) {
  struct timespec time;
  if (clock_gettime(clock, &time) != 0) fail_with_errno("Cannot read a clock");
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

uint64_t client_started_ns(void) { return started_ns; }

/** What the new process does until it is the program. */
__attribute__((noreturn)) static void become(char **command, const char *group, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_DFL);  // What is ignored stays so in a new program.
  if (getppid() != parent) _exit(1);
  if (group != NULL) {
    int file = open(group, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "0", 1) != 1) {
      fprintf(stderr, "Cannot enter %s: %s\n", group, strerror(errno));
      _exit(127);
    }
  }
  dup2(STDERR_FILENO, STDOUT_FILENO);
  execvp(command[0], command);
  fprintf(stderr, "Cannot run %s: %s\n", command[0], strerror(errno));
  _exit(127);
}

int start_client(char **command, const char *group) {
  pid_t parent = getpid();
  started_ns = now_ns();
  client = fork();
  if (client < 0) fail_with_errno("Cannot fork");
  if (client == 0) become(command, group, parent);
  int descriptor = (int)syscall(SYS_pidfd_open, client, 0);
  if (descriptor < 0) fail_with_errno("Cannot watch the client");
  return descriptor;
}

static uint64_t processor_ns(pid_t process);

/** The processor time of the processes that a thread has started. */
static uint64_t children_ns(pid_t process, const char *thread) {
  char path[300];
  snprintf(path, sizeof path, "/proc/%d/task/%s/children", process, thread);
  FILE *children = fopen(path, "re");
  if (children == NULL) return 0;  // The thread has ended.
  uint64_t sum = 0;
  int child;
  while (fscanf(children, "%d", &child) == 1) sum += processor_ns(child);
  fclose(children);
  return sum;
}

static uint64_t processor_ns(pid_t process) {
  clockid_t clock;
  if (clock_getcpuclockid(process, &clock) != 0) return 0;  // It has ended.
  uint64_t sum = clock_ns(clock);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *threads = opendir(path);
  if (threads == NULL) return sum;
  for (struct dirent *entry; (entry = readdir(threads)) != NULL;) {
    if (entry->d_name[0] != '.') sum += children_ns(process, entry->d_name);
  }
  closedir(threads);
  return sum;
}

uint64_t client_processor_ns(void) { return processor_ns(client); }

long client_memory_kib(const char *key) {
  char path[64], line[256];
  snprintf(path, sizeof path, "/proc/%d/status", client);
  FILE *status = fopen(path, "re");
  if (status == NULL) fail_with_errno("Cannot read the client's status");
  size_t length = strlen(key);
  long kib = -1;
  while (kib < 0 && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, key, length) == 0 && line[length] == ':') kib = atol(line + length + 1);
  }
  fclose(status);
  if (kib < 0) fail("Cannot find %s in %s", key, path);
  return kib;
}

void end_client(void) {
  if (client < 0) return;
  kill(client, SIGKILL);
  while (waitpid(client, NULL, 0) < 0 && errno == EINTR) continue;
  client = -1;
}

void describe_end(char *text, int size) {
  int status = 0;
  while (waitpid(client, &status, 0) < 0 && errno == EINTR) continue;
  client = -1;
  if (WIFSIGNALED(status)) {
    snprintf(text, (size_t)size, "by signal %d", WTERMSIG(status));
  } else {
    snprintf(text, (size_t)size, "with exit code %d", WEXITSTATUS(status));
  }
}
