import {
  component,
  sink,
  source,
  struct,
  tree,
  type Hardware,
  type Kind,
  type SinkPort,
  type SourcePort,
  type StructKind,
} from "../../src/hdl/index.ts";
import { SluiceError } from "../../src/error.ts";
import { opaque } from "./payload.ts";

type Kinds = Readonly<Record<string, Kind>>;

export interface JoinParams<F extends Kinds = Kinds> {
  /** Kind of every input stream, by name: input `a` becomes field `a` of the output's struct. At least one. */
  readonly kinds: F;
}

/** Cycles from the last of the beats that belong together to the joined beat. One beat per cycle. */
export const joinLatency = 0;

const define = component({
  name: ({ kinds }) => `join_${Object.keys(kinds).join("_")}`,
  doc: "Joins one beat of every input into one beat of y. Latency 0 cycles, one beat per cycle.",
  validate: ({ kinds }: JoinParams) => {
    if (Object.keys(kinds).length > 0) return;
    throw new SluiceError("parameter-out-of-range", "join.kinds names no input stream", {
      where: "join.kinds",
      hint: "give at least one name and kind",
    });
  },
  ports: ({ kinds }: JoinParams) => ({
    x: Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, sink(opaque(kind))])),
    y: source(struct(kinds)),
  }),
  build(_m, { x, y }) {
    const inputs = Object.values(x);
    y.valid.set(
      tree(
        inputs.map(({ valid }) => valid),
        (a, b) => a.and(b),
      ),
    );
    y.payload.set(Object.fromEntries(Object.entries(x).map(([name, { payload }]) => [name, payload])));
    for (const { ready } of inputs) ready.set(y.fire);
  },
});

/**
 * Joins streams: takes one beat of every input together and gives them as one struct. Ports: x_<name> in for every
 * kind, y out. Combinational: latency 0.
 */
export function join<const F extends Kinds>(
  params: JoinParams<F>,
): Hardware<{ x: { readonly [N in keyof F]: SinkPort<F[N]> }; y: SourcePort<StructKind<F>> }> {
  return define(params) as unknown as Hardware<{
    x: { readonly [N in keyof F]: SinkPort<F[N]> };
    y: SourcePort<StructKind<F>>;
  }>;
}
