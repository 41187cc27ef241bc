// Copyright 2026 the Toukon Lambda authors. MIT license.

#ifndef CLIENT_H
#define CLIENT_H

#include <stdint.h>

/** Nanoseconds of a clock that never goes back. */
uint64_t now_ns(void);

/**
 * Starts the program under test, which ends with this process. Its output goes
 * to stderr. Gives a descriptor that becomes readable when the program ends.
 *
 * @param group The file cgroup.procs of its processor quota, or NULL.
 */
int start_client(char **command, const char *group);

/** When the program was started. */
uint64_t client_started_ns(void);

/**
 * The processor time that the program has used: of all its threads, of those
 * too that have ended, and of the processes that it has started.
 */
uint64_t client_processor_ns(void);

/** A value in KiB of the program's status file, such as "VmRSS". */
long client_memory_kib(const char *key);

/** Ends the program, if it runs, and waits for that. */
void end_client(void);

/** Waits for the program, and writes into text how it has ended. */
void describe_end(char *text, int size);

#endif
