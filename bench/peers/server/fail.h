// Copyright 2026 the Toukon Lambda authors. MIT license.

#ifndef FAIL_H
#define FAIL_H

/** Says on stderr why nothing was measured, ends the client, and exits with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

/** The same, with the reason that the system gives in errno. */
__attribute__((noreturn)) void fail_with_errno(const char *what);

#endif
