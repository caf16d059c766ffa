import type { Kind } from "./kinds.ts";
import type { Handle } from "./handles.ts";
import type { Consumer, Producer } from "./stream.ts";

interface PortOptions {
  /** Clock domain of the port; the component's first where not given. */
  readonly clock?: string;
  /** Comment beside the port in the emitted RTL. */
  readonly doc?: string;
}

interface PortSpecOf<D extends string, K extends Kind> extends PortOptions {
  readonly port: D;
  readonly kind: K;
  readonly naming?: StreamNaming;
}

/**
 * How a stream's ports are named: `x_valid`, `x_ready`, `x_payload` and `x_payload_data` where not given; "axi" joins the
 * names as that standard does: stream `s_axis_t` of a struct with field `data` has `s_axis_tvalid`, `s_axis_tready` and
 * `s_axis_tdata`.
 */
export type StreamNaming = "axi";

interface StreamOptions extends PortOptions {
  readonly naming?: StreamNaming;
}

export type InputPort<K extends Kind = Kind> = PortSpecOf<"input", K>;
export type OutputPort<K extends Kind = Kind> = PortSpecOf<"output", K>;
export type SinkPort<K extends Kind = Kind> = PortSpecOf<"sink", K>;
export type SourcePort<K extends Kind = Kind> = PortSpecOf<"source", K>;
export type PortSpec = InputPort | OutputPort | SinkPort | SourcePort;

/** A component's ports by name; nested records and arrays give names joined by `_` and numbered (`y0`, `y1`). */
export interface PortRecord {
  readonly [name: string]: PortSpec | PortRecord | readonly PortSpec[];
}

/** A value that comes in. */
export function input<K extends Kind>(kind: K, options: PortOptions = {}): InputPort<K> {
  return { port: "input", kind, ...options };
}

/** A value that goes out. */
export function output<K extends Kind>(kind: K, options: PortOptions = {}): OutputPort<K> {
  return { port: "output", kind, ...options };
}

/** A valid/ready stream that the component takes beats from: ports `x_valid`, `x_ready`, `x_payload`. */
export function sink<K extends Kind>(kind: K, options: StreamOptions = {}): SinkPort<K> {
  return { port: "sink", kind, ...options };
}

/** A valid/ready stream that the component gives beats to. */
export function source<K extends Kind>(kind: K, options: StreamOptions = {}): SourcePort<K> {
  return { port: "source", kind, ...options };
}

/** The port record as its component sees it: inputs are read, outputs driven. */
export type Inside<P> =
  P extends InputPort<infer K>
    ? Handle<K>
    : P extends OutputPort<infer K>
      ? Handle<K, "set">
      : P extends SinkPort<infer K>
        ? Producer<K>
        : P extends SourcePort<infer K>
          ? Consumer<K>
          : { readonly [N in keyof P]: Inside<P[N]> };

/** The port record as a parent sees it on an instance: inputs are driven, outputs read. */
export type Outside<P> =
  P extends InputPort<infer K>
    ? Handle<K, "set">
    : P extends OutputPort<infer K>
      ? Handle<K>
      : P extends SinkPort<infer K>
        ? Consumer<K>
        : P extends SourcePort<infer K>
          ? Producer<K>
          : { readonly [N in keyof P]: Outside<P[N]> };

export function isPortSpec(entry: PortSpec | PortRecord | readonly PortSpec[]): entry is PortSpec {
  return "port" in entry && typeof entry.port === "string";
}

/** The record with every port spec replaced by `visit(flat name, spec, keys that lead to it)`. */
export function mapPorts(
  record: PortRecord,
  visit: (name: string, spec: PortSpec, path: readonly string[]) => unknown,
  outer: readonly string[] = [],
): unknown {
  return Object.fromEntries(
    Object.entries(record).map(([key, entry]) => {
      const path = [...outer, key];
      const name = path.join("_");
      if (Array.isArray(entry)) {
        return [
          key,
          (entry as readonly PortSpec[]).map((spec, i) =>
            visit(`${name}${String(i)}`, spec, [...path, String(i)]),
          ),
        ];
      }
      const single = entry as PortSpec | PortRecord;
      return [key, isPortSpec(single) ? visit(name, single, path) : mapPorts(single, visit, path)];
    }),
  );
}
