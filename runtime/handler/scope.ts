// Copyright 2026 the Toukon Lambda authors. MIT license.

import { type AsyncHooks, importNode } from "../import_node.ts";
import type { Slot } from "./slot.ts";

const { AsyncLocalStorage } = await importNode<AsyncHooks>("async_hooks");

/** Knows the slot of the invocation that the running code was begun by. */
export const scope = new AsyncLocalStorage<Slot>();
