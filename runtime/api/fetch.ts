// Copyright 2026 the Toukon Lambda authors. MIT license.

/**
 * Taken before a handler is imported, so that one that replaces the global
 * fetch does not stand between the runtime and AWS.
 */
export const fetch: typeof globalThis.fetch = globalThis.fetch;
