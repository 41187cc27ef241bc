// Copyright 2026 the Toukon Lambda authors. MIT license.

/** The user that programs run as in the sandbox; it owns nothing. */
export const SANDBOX_USER = 65532;

/**
 * Run within new namespaces: brings loopback up, and makes all but /tmp
 * read-only, which has to be a mount of its own for that.
 */
const PREPARE = `
ip link set lo up
mount --make-rprivate /
mount --bind /tmp /tmp
cut -d' ' -f5 /proc/self/mountinfo | while read -r point; do
  case "$point" in /tmp | /proc | /proc/*) continue ;; esac
  mount -o remount,bind,ro "$point"
done
`;

const AS_ROOT = {
  enter: ["--mount", "--net"],
  leave:
    `exec setpriv --reuid=${SANDBOX_USER} --regid=${SANDBOX_USER} --clear-groups --no-new-privs --bounding-set=-all -- "$@"`,
};

/** Who is not root is so in a user namespace first, and gives it up again. */
const AS_USER = {
  enter: ["--map-root-user", "--mount", "--net"],
  leave:
    `exec unshare --user --map-user=${SANDBOX_USER} --map-group=${SANDBOX_USER} -- "$@"`,
};

/**
 * A command line that runs a program without rights, with no file system to
 * write to but /tmp, and with no network but loopback.
 */
export function sandboxed(program: string[]): string[] {
  const { enter, leave } = Deno.uid() === 0 ? AS_ROOT : AS_USER;
  const script = `set -eu\n${PREPARE}\n${leave}`;
  return ["unshare", ...enter, "sh", "-c", script, "sh", ...program];
}

/**
 * This Deno where every user may run it: the one that runs this may be in a
 * home folder that only its owner may enter.
 */
export class DenoForAll implements Disposable {
  readonly #folder = Deno.makeTempDirSync({
    dir: "/var/tmp",
    prefix: "toukon_deno_",
  });
  /** The program, by the name that `PATH` is searched for. */
  readonly path: string = `${this.#folder}/deno`;

  constructor() {
    const deno = Deno.realPathSync(Deno.execPath());
    Deno.chmodSync(this.#folder, 0o755);
    try {
      Deno.linkSync(deno, this.path);
    } catch {
      // It is on another file system, or belongs to somebody else.
      Deno.copyFileSync(deno, this.path);
      Deno.chmodSync(this.path, 0o755);
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#folder, { recursive: true });
  }
}

/**
 * Why Deno cannot be run in a sandbox on this machine, in one line; undefined
 * if it can. It is run for that.
 */
export async function sandboxProblem(): Promise<string | undefined> {
  using deno = new DenoForAll();
  const [command, ...args] = sandboxed([deno.path, "--version"]);
  try {
    const { success, stderr } = await new Deno.Command(command, {
      args,
      stdin: "null",
    }).output();
    if (success) return undefined;
    return new TextDecoder().decode(stderr).trim().replaceAll("\n", "; ");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return error.message;
    throw error;
  }
}
