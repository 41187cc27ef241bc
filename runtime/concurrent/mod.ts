// Copyright 2026 the Toukon Lambda authors. MIT license.

// Several invocations in one environment, as Lambda Managed Instances have it.

export { openLog } from "../log/log_socket.ts";
export { ConcurrentSlots } from "./slots.ts";
