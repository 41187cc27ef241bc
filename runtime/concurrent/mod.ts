// Copyright 2026 the Toukon Lambda authors. MIT license.

// Several invocations in one environment, as Lambda Managed Instances have it.

export { openLog } from "../log/log_socket.ts";
export { runLoops } from "./loops.ts";
export { currentInFlight, runOutOfScope } from "./scope.ts";
export { prepareThread } from "./thread.ts";
