import type { SourceFile } from "../../../sim/sources.ts";
import { SluiceError } from "../../error.ts";
import { shortened } from "../../files.ts";

/** A port of a top module. */
export interface Port {
  readonly name: string;
  readonly direction: "input" | "output";
  /** Undefined for a single bit that is no vector. */
  readonly width: number | undefined;
}

const portLine = /^\s*(input|output)\s+logic\s+(?:signed\s+)?(?:\[(\d+):0\]\s*)?(\w+),?(?:\s*\/\/.*)?$/;

/**
 * The ports of a module as the emitter writes them, one per line.
 *
 * @throws SluiceError `module-not-found`, `ports-unreadable`.
 */
export function portsOf(files: readonly SourceFile[], top: string): readonly Port[] {
  for (const { name: where, text } of files) {
    const head = new RegExp(`^module ${top} \\(\\n`, "m").exec(text);
    const end = head === null ? -1 : text.indexOf("\n);", head.index + head[0].length);
    if (head === null || end < 0) continue;
    const list = text.slice(head.index + head[0].length, end);
    return list.split("\n").map((line) => {
      const [, direction, high, name] = portLine.exec(line) ?? [];
      if (name === undefined) {
        throw new SluiceError(
          "ports-unreadable",
          `no port as Sluice writes them: ${shortened(line.trim())}`,
          {
            where,
            hint: "build again",
          },
        );
      }
      return {
        name,
        direction: direction === "input" ? "input" : "output",
        width: high === undefined ? undefined : Number(high) + 1,
      };
    });
  }
  throw new SluiceError("module-not-found", `no file has the module ${top} with a list of ports`, {
    hint: "build again",
  });
}

/** A port as `get_ports` finds it: a vector by all of its bits. */
export function portPattern({ name, width }: Port): string {
  return width === undefined ? name : `${name}[*]`;
}

/** The bits of a port, each of which has a pin. */
export function bitsOf({ name, width }: Port): readonly string[] {
  return width === undefined ? [name] : Array.from({ length: width }, (_, bit) => `${name}[${bit}]`);
}
