// Copyright 2026 the Toukon Lambda authors. MIT license.

/** This machine in one line: processor, cores, memory and kernel. */
export function describeMachine(): string {
  const cpuInfo = Deno.readTextFileSync("/proc/cpuinfo");
  const [, model] = /^model name\s*: (.*)$/m.exec(cpuInfo) ?? [];
  const cores = navigator.hardwareConcurrency;
  const memoryGb = Math.round(Deno.systemMemoryInfo().total / 1024 ** 3);
  return `${model ?? "an unnamed processor"} (${Deno.build.arch}), ${cores} ${
    cores === 1 ? "core" : "cores"
  }, ${memoryGb} GB, Linux ${Deno.osRelease()}`;
}
