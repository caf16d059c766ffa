import type { JsValue } from "../../sim/beats.ts";
import { SluiceError } from "../error.ts";
import { readOut, trace, type BitMatrix, type LayerTrace, type Network } from "../network/index.ts";
import { windowSources } from "../network/windows.ts";
import { beatsOfRows, chunks, fieldsOf, rowsOfBeats, wordOf, type Beat } from "./rows.ts";

/** Beats of each stream by its flat name, values as in `sim/beats.ts`. */
export type Beats = Readonly<Record<string, readonly JsValue[]>>;

/** What comes out of a design for what goes in. Beats that do not fill a vector, frame or map are ignored. */
export type Reference = (inputs: Beats) => Readonly<Record<string, readonly unknown[]>>;

/** A reference on one stream of bits in and one stream out. */
const fromBits =
  (model: (x: readonly Beat[]) => readonly unknown[]): Reference =>
  ({ x = [] }) => ({ y: model(x as readonly Beat[]) });

const sameBeats: Reference = ({ x = [] }) => ({ y: x });

/**
 * The software references of generators by name, made from the generator's parameters. Those of layers are the
 * network's (`src/network`), which shares no code with the hardware.
 */
const references: Readonly<Record<string, (params: never) => Reference>> = {
  "register-slice": () => sameBeats,
  "skid-buffer": () => sameBeats,
  fifo: () => sameBeats,
  "async-fifo": () => sameBeats,
  fork:
    ({ n }: { readonly n: number }) =>
    ({ x = [] }) =>
      Object.fromEntries(Array.from({ length: n }, (_, i) => [`y${i}`, x])),
  join: ({ kinds }: { readonly kinds: Readonly<Record<string, unknown>> }) => joined(Object.keys(kinds)),
  "width-converter": (params: WidthParams) => fromBits((x) => recut(x, params)),
  mvtu: (unit: UnitParams) => fromBits((x) => thresholded(x, unit)),
  "mvtu-constant": (unit: ConstantParams) => fromBits((x) => thresholded(x, wholeVector(unit))),
  mvu: (unit: UnitParams) => fromBits((x) => counted(x, unit)),
  "mvu-constant": (unit: ConstantParams) => fromBits((x) => counted(x, wholeVector(unit))),
  "sliding-window": (params: MapParams) => fromBits((x) => windowed(x, params)),
  "max-pool": (params: PoolParams) => fromBits((x) => pooled(x, params)),
  "label-select": (params: SelectParams) => selected(params),
};

/** Names of the generators that have a reference. */
export const referencedGenerators: readonly string[] = Object.keys(references);

/** The reference of a generator; calling it throws SluiceError `no-reference` where the generator has none. */
export function referenceOf(name: string, params: unknown): Reference {
  if (Object.hasOwn(references, name)) return references[name]?.(params as never) ?? sameBeats;
  return () => {
    throw new SluiceError("no-reference", `there is no software reference of ${name}`, {
      hint: `compute the expected values in the test, or name a reference that your module exports; there are references of ${referencedGenerators.join(", ")}`,
    });
  };
}

/** One beat of every input as one struct. */
function joined(names: readonly string[]): Reference {
  return (inputs) => {
    const columns = names.map((name) => inputs[`x_${name}`] ?? []);
    const count = Math.min(...columns.map(({ length }) => length));
    const beat = (i: number): Record<string, unknown> =>
      Object.fromEntries(names.map((name, c) => [name, columns[c]?.[i]]));
    return { y: Array.from({ length: count }, (_, i) => beat(i)) };
  };
}

interface WidthParams {
  readonly from: number;
  readonly to: number;
  readonly lanes?: number;
}

/** The bits of each lane in a row, cut anew. */
function recut(x: readonly Beat[], { from, to, lanes = 1 }: WidthParams): bigint[] {
  const bits = x.map((beat) => chunks(fieldsOf(beat, 1, lanes * from), from));
  const rows = Array.from({ length: lanes }, (_, lane) => chunks(bits.map((b) => b[lane] ?? []).flat(), to));
  return Array.from({ length: Math.floor((x.length * from) / to) }, (_, beat) =>
    wordOf(
      rows.flatMap((row) => row[beat] ?? []),
      1,
    ),
  );
}

// ---- matrix-vector units: a dense layer -----------------------------------------------------------------

interface ConstantParams {
  readonly weights: BitMatrix;
  readonly thresholds?: ArrayLike<number>;
}

interface UnitParams extends ConstantParams {
  readonly pe: number;
  readonly simd: number;
  readonly mmv?: number;
}

function wholeVector(unit: ConstantParams): UnitParams {
  return { ...unit, pe: unit.weights.rows, simd: unit.weights.columns };
}

/** Bits of `pe` neurons of each of `mmv` vectors in a beat. */
function thresholded(x: readonly Beat[], unit: UnitParams): Beat[] {
  const { activations } = layerTrace(x, unit);
  const results = activations === undefined ? [] : chunks(beatsOfRows(activations, 1), unit.weights.rows);
  return sideBySide(results, unit).map((beat) => wordOf(beat.map(Number), 1));
}

/** Counts of `pe` neurons of each of `mmv` vectors in a beat. */
function counted(x: readonly Beat[], unit: UnitParams): number[][] {
  const { accumulators = new Int32Array() } = layerTrace(x, unit);
  return sideBySide(chunks([...accumulators], unit.weights.rows), unit);
}

function layerTrace(x: readonly Beat[], { weights, thresholds, simd, mmv = 1 }: UnitParams): LayerTrace {
  const { rows: outputs, columns: inputs } = weights;
  const network: Network = {
    name: "unit",
    input: { shape: [inputs], encoding: "binary-threshold", threshold: 1, bits: inputs },
    layers: [
      {
        ...{ kind: "dense", name: "unit", inputs, outputs, weights },
        thresholds: thresholds === undefined ? undefined : Int32Array.from(thresholds),
      },
    ],
    readout: { kind: "argmax", classes: outputs },
    labels: [],
  };
  // Vectors of a group arrive side by side: SIMD bits of each in a beat.
  const perGroup = inputs / simd;
  const vectors = chunks(x, perGroup)
    .filter(({ length }) => length === perGroup)
    .flatMap((group) => {
      const parts = group.map((beat) => chunks(fieldsOf(beat, 1, mmv * simd), simd));
      const bits = (v: number): number[] => parts.flatMap((part) => part[v] ?? []);
      return Array.from({ length: mmv }, (_, v) => wordOf(bits(v), 1));
    });
  const [trace1] = trace(network, rowsOfBeats(vectors, { width: inputs, beats: 1 }));
  if (trace1 === undefined) throw new Error("the network has one layer");
  return trace1;
}

/** Beats of `pe` results of each of `mmv` vectors. */
function sideBySide<T>(vectors: readonly (readonly T[])[], { pe, mmv = 1, weights }: UnitParams): T[][] {
  return chunks(vectors, mmv).flatMap((group) =>
    Array.from({ length: weights.rows / pe }, (_, fold) =>
      group.flatMap((vector) => vector.slice(fold * pe, (fold + 1) * pe)),
    ),
  );
}

// ---- windows over maps ------------------------------------------------------------------------------------

interface MapParams {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly simd: number;
  readonly kernel: readonly number[];
  readonly bits?: number;
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding?: readonly number[];
  readonly padValue?: number;
}

/** Windows one after the other, tap by tap, `simd` channels in a beat. */
function windowed(x: readonly Beat[], params: MapParams): bigint[] {
  const { simd, bits = 1 } = params;
  return windowsOf(x, params).flatMap((taps) => chunks(taps.flat(), simd).map((word) => wordOf(word, bits)));
}

interface PoolParams extends Omit<MapParams, "simd"> {
  readonly pe: number;
}

/** The greatest value of each window, channel by channel. */
function pooled(x: readonly Beat[], params: PoolParams): bigint[] {
  const { pe, bits = 1, channels, kernel, stride = kernel } = params;
  return windowsOf(x, { ...params, simd: pe, stride }).flatMap((taps) => {
    const greatest = Array.from({ length: channels }, (_, c) => Math.max(...taps.map((tap) => tap[c] ?? 0)));
    return chunks(greatest, pe).map((word) => wordOf(word, bits));
  });
}

/** The windows of all whole maps, each as its taps, each tap as the values of its channels. */
function windowsOf(x: readonly Beat[], params: MapParams): number[][][] {
  const { height, width, channels, simd, bits = 1, padValue = 0 } = params;
  const [top = 0, left = 0, bottom = 0, right = 0] = params.padding ?? [];
  const size = ([rows = 1, columns = 1]: readonly number[] = []) => ({ height: rows, width: columns });
  const kernel = size(params.kernel);
  const sources = windowSources({
    ...{ input: { height, width, channels }, kernel },
    ...{ stride: size(params.stride), dilation: size(params.dilation) },
    padding: { top, left, bottom, right, value: padValue },
  });
  const windows = chunks([...sources], kernel.height * kernel.width);
  const pixels = chunks(
    x.flatMap((beat) => fieldsOf(beat, bits, simd)),
    channels,
  );
  const outside = new Array<number>(channels).fill(padValue);
  return chunks(pixels, height * width)
    .filter(({ length }) => length === height * width)
    .flatMap((map) => windows.map((taps) => taps.map((tap) => map[tap] ?? outside)));
}

// ---- label select -----------------------------------------------------------------------------------------

interface SelectParams {
  readonly classes: number;
  readonly outputs?: number;
}

function selected({ classes, outputs = classes }: SelectParams): Reference {
  return ({ x = [] }) => {
    const scores = x.flat().map(Number);
    const accumulators = Int32Array.from(scores.slice(0, scores.length - (scores.length % outputs)));
    const last: LayerTrace = { name: "scores", outputs, accumulators, activations: undefined };
    return { y: [...readOut({ kind: "argmax", classes }, last).labels] };
  };
}
