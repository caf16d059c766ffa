/** What the operating system can do at once, and Node has no function for: through its C library. */
import koffi from "koffi";

const nonBlockingExclusive = 2 | 4;

export type LockState = "held" | "busy" | "unsupported";

/** Takes the advisory lock of an open file or folder, which is released when it is closed, or its process ends. */
export function lock(fd: number): LockState {
  const flock = find("int flock(int fd, int operation)");
  if (flock === undefined) return "unsupported";
  if (flock(fd, nonBlockingExclusive) === 0) return "held";
  return koffi.errno() === koffi.os.errno["EWOULDBLOCK"] ? "busy" : "unsupported";
}

/**
 * Exchanges two folders, so that at any moment each path leads to one of them. False where the system or the file
 * system cannot: then nothing has happened.
 */
export function exchange(a: string, b: string): boolean {
  const workingFolder = -100;
  const renameat2 = find("int renameat2(int fd, const char *path, int fd2, const char *path2, uint flags)");
  if (renameat2 !== undefined) return renameat2(workingFolder, a, workingFolder, b, 2) === 0;
  // macOS
  const renamex = find("int renamex_np(const char *path, const char *path2, uint flags)");
  return renamex !== undefined && renamex(a, b, 2) === 0;
}

type SystemCall = (...args: readonly (number | string)[]) => number;

const found = new Map<string, SystemCall | undefined>();

function find(prototype: string): SystemCall | undefined {
  if (!found.has(prototype)) found.set(prototype, load(prototype));
  return found.get(prototype);
}

function load(prototype: string): SystemCall | undefined {
  try {
    return koffi.load(null).func(prototype) as SystemCall;
  } catch {
    return undefined;
  }
}
