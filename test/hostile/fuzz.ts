import { execa } from "execa";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TargetName } from "./targets.ts";

/** What the process that reads hostile inputs says. */
export type Event =
  | { readonly what: "begun"; readonly target: string }
  | { readonly what: "progress"; readonly inputs: number }
  | Failed
  | {
      readonly what: "done";
      readonly target: string;
      readonly inputs: number;
      readonly accepted: number;
      readonly codes: readonly string[];
      readonly seconds: number;
    }
  | { readonly what: "end"; readonly inputs: number; readonly megabytes: number };

interface Failed {
  readonly what: "failed";
  readonly target: string;
  readonly seed: number;
  readonly error: string;
  /** The least input that fails in this way; `replay` takes it. */
  readonly kept: string;
}

export interface FuzzResult {
  readonly inputs: number;
  readonly failures: readonly string[];
  /** The most memory that the process had. */
  readonly megabytes: number;
}

const fixture = fileURLToPath(new URL("./fuzz.fixture.ts", import.meta.url));

/** How long it may say nothing: no input takes so long, even where other tests load the machine. */
const silenceMs = 120_000;

/** Heap of the process in MiB: what takes more ends it. */
const heap = 1024;

/**
 * Reads `count` hostile inputs in a process of its own, which is ended where it hangs.
 *
 * @param folder Is made; failures are kept in it.
 */
export async function fuzzReaders(
  folder: string,
  seed: number,
  count: number,
  only: readonly TargetName[] = [],
): Promise<FuzzResult> {
  const room = join(folder, "room");
  await mkdir(room, { recursive: true });
  const node = [`--max-old-space-size=${heap}`, "--import", import.meta.resolve("tsx")];
  const args = [...node, fixture, room, String(seed), String(count), ...only];
  const child = execa(process.execPath, args, { reject: false, stdin: "ignore" });
  let target = "";
  const hung = new AbortController();
  const timer = setTimeout(() => {
    hung.abort();
    child.kill("SIGKILL");
  }, silenceMs);
  const failures: string[] = [];
  let end: Extract<Event, { what: "end" }> | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    timer.refresh();
    const event = JSON.parse(line) as Event;
    if (event.what === "begun") ({ target } = event);
    if (event.what === "end") end = event;
    if (event.what === "failed") failures.push(describe(event));
  }
  clearTimeout(timer);
  const { stderr } = await child;
  if (end === undefined) {
    const how = hung.signal.aborted ? `hung: it said nothing for ${silenceMs / 1000} s` : `ended:\n${stderr}`;
    failures.push(`${target}, seed ${seed}: ${how}\nits input is in ${room}`);
  }
  return { inputs: end?.inputs ?? 0, megabytes: end?.megabytes ?? 0, failures };
}

function describe({ target, seed, error, kept }: Failed): string {
  return `${target}, seed ${seed}, to be replayed: ${kept}\n${error}`;
}
