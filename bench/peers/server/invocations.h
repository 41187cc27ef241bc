// Copyright 2026 the Toukon Lambda authors. MIT license.

#ifndef INVOCATIONS_H
#define INVOCATIONS_H

#include <stddef.h>

#include "request.h"

#define ROOT "/2018-06-01/runtime/invocation/"

/**
 * Says what is measured: events of a size, some first ones that do not count,
 * and then a number of invocations, or as many as fit into some seconds.
 */
void prepare_invocations(size_t size, long first, long count, long seconds);

/**
 * Answers a request for an invocation, which is also where measuring begins.
 * Where it ends, it prints what was measured, ends the client, and exits.
 */
void answer_next(int descriptor);

/** Takes the reply to the event that was handed out last; fails on any other. */
void take_reply(int descriptor, const struct request *request);

/** How many events have been handed out. */
long invocation_count(void);

#endif
