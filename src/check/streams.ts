import { noBits, containsRange } from "./bits.ts";
import type { Facts, Finding } from "./facts.ts";
import { segmentName, statementOn } from "./graph.ts";
import type { Signal } from "./signals.ts";
import type { SourceLocation } from "../ir/index.ts";

/** One end of a valid/ready stream as a module sees it: it either gives beats (own sources, instances' sinks) or takes them. */
interface StreamEnd {
  readonly name: string;
  readonly gives: boolean;
  readonly valid: Signal;
  readonly ready: Signal;
  readonly payload: readonly Signal[];
  readonly loc: SourceLocation;
}

function streamEnds({ module, design, signals }: Facts): readonly StreamEnd[] {
  const ends: StreamEnd[] = [];
  const add = (
    instance: string | undefined,
    streams: typeof module.streams,
    gives: "source" | "sink",
    loc: SourceLocation,
  ): void => {
    for (const stream of streams) {
      const find = (name: string): Signal | undefined => signals.find({ name, instance });
      const [valid, ready] = [find(stream.valid), find(stream.ready)];
      if (valid === undefined || ready === undefined) continue;
      const payload = stream.payload.flatMap(({ port }) => find(port) ?? []);
      ends.push({
        name: instance === undefined ? stream.name : `${instance}.${stream.name}`,
        gives: stream.direction === gives,
        valid,
        ready,
        payload,
        loc,
      });
    }
  };
  add(undefined, module.streams, "source", module.loc);
  for (const { name, module: key, loc } of module.instances)
    add(name, design.modules[key]?.streams ?? [], "sink", loc);
  return ends;
}

/** What a module decides about its streams: the valid of those that it gives, the ready of those that it takes. */
export function controlSignals(facts: Facts): readonly Signal[] {
  return streamEnds(facts).map(({ gives, valid, ready }) => (gives ? valid : ready));
}

/** Streams of which a signal is not driven, or whose handshake is not looked at: one finding for the whole stream. */
export function checkStreamEnds(facts: Facts): {
  readonly findings: readonly Finding[];
  /** Signals that the findings account for. */
  readonly explained: ReadonlySet<string>;
} {
  const { cover, read } = facts;
  const findings: Finding[] = [];
  const explained = new Set<string>();
  for (const { name, gives, valid, ready, payload, loc } of streamEnds(facts)) {
    const undriven = (gives ? [valid, ...payload] : [ready]).filter((signal) => !cover.maybe.has(signal));
    const unread = (gives ? [ready] : [valid]).filter((signal) => !read.signals.has(signal));
    if (undriven.length + unread.length === 0) continue;
    const parts = [
      ...undriven.map((signal) => `${signal.name} is not driven`),
      ...unread.map((signal) => `${signal.name} is not read`),
    ];
    findings.push({
      code: "half-connected",
      path: name,
      message: `stream ${name} is not fully connected: ${parts.join(", ")}`,
      hint: gives
        ? "drive valid and payload, and keep a beat until ready takes it; or give it a stream with .into"
        : "drive ready, and take a beat only when valid says that there is one; or hand it on with .into",
      loc,
    });
    for (const signal of [valid, ready, ...payload])
      if (!cover.maybe.has(signal) || !containsRange(read.signals.get(signal) ?? noBits, 0, signal.width))
        explained.add(signal.name);
  }
  return { findings, explained };
}

/**
 * A source never waits for ready: neither the valid nor the payload that a module gives may depend combinationally on
 * the ready of a stream that it gives to.
 */
export function checkReadyPaths(facts: Facts): readonly Finding[] {
  const { graph, body } = facts;
  const given = streamEnds(facts).filter(({ gives }) => gives);
  const readies = new Map(given.map(({ ready, name }) => [ready, name]));
  return given.flatMap(({ name, valid, payload, loc }): Finding[] => {
    for (const signal of [valid, ...payload]) {
      const starts = graph.within(signal, 0, signal.width).map(({ id }) => id);
      const path = graph.pathTo(starts, (segment) => readies.has(segment.signal));
      if (path === undefined) continue;
      const what = signal === valid ? "valid" : "payload";
      return [
        {
          code: "valid-depends-on-ready",
          path: signal.name,
          message: `the ${what} of ${name} waits for ready: ${path.map(segmentName).join(" -> ")}`,
          hint: "raise valid on its own and hold it until ready; remember in a register what was taken already",
          loc: statementOn(path, body)?.loc ?? loc,
        },
      ];
    }
    return [];
  });
}
