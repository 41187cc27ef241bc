// Lets the kernel give every process the same random bytes, until there is the
// file that TEST_RESTORED names: what two processes make till then, they have
// in common like two environments that are restored from one snapshot.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long call(long number, long a, long b, long c, long d, long e, long f) {
  static long (*next)(long, ...);
  if (!next) next = dlsym(RTLD_NEXT, "syscall");
  return next(number, a, b, c, d, e, f);
}

ssize_t getrandom(void *bytes, size_t length, unsigned flags) {
  if (access(getenv("TEST_RESTORED"), F_OK) == 0) {
    return call(SYS_getrandom, (long)bytes, length, flags, 0, 0, 0);
  }
  memset(bytes, 42, length);
  return length;
}

long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; i++) a[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_getrandom) return getrandom((void *)a[0], a[1], a[2]);
  return call(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
