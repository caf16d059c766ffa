import type { SourceFile } from "../../sim/sources.ts";
import { bitWidth } from "../hdl/index.ts";
import { widthOf, type Module, type Port } from "../ir/index.ts";
import { outputTensor, volume, type LayerTrace } from "../network/index.ts";
import { encodeFrames, packNumbers, type Plan, type Stage } from "../plan/index.ts";

/** A tap on a layer's output stream: every beat that leaves the layer leaves the tapped design as well. */
export interface Tap {
  /** Stream name in the tapped design. */
  readonly stream: string;
  readonly layer: string;
  /** The instance that hands on the layer's values. */
  readonly instance: string;
  readonly width: number;
  /** Beats of a frame. */
  readonly perFrame: number;
}

/** The layers' output streams. */
export function tapsOf({ stages }: Plan): readonly Tap[] {
  return stages.flatMap(({ name, layer, output }: Stage) => {
    if (layer === undefined) return [];
    const width = bitWidth(output);
    const values = output.kind === "vec" ? output.length : width;
    return [
      {
        stream: `${layer.name}_tap`,
        layer: layer.name,
        instance: name,
        width,
        perFrame: volume(outputTensor(layer)) / values,
      },
    ];
  });
}

/**
 * A simulation top around the emitted one, which stays as it is: the same ports, and for every tap a stream whose
 * beats are those that the layer hands on. Nothing can stall a tap: its ready is not connected.
 */
export function tappedTop(
  top: Module,
  name: string,
  taps: readonly Tap[],
): { top: Module; file: SourceFile } {
  const tapped = `${name}_tapped`;
  const tapPorts = taps.flatMap(({ stream, width }): Port[] => {
    const port = { domain: top.domains[0]?.name, role: "data", loc: top.loc } as const;
    return [
      { ...port, name: `${stream}_valid`, direction: "out", type: { kind: "bool" } },
      { ...port, name: `${stream}_ready`, direction: "in", type: { kind: "bool" } },
      { ...port, name: `${stream}_payload`, direction: "out", type: { kind: "bits", width } },
    ];
  });
  const ports = [...top.ports, ...tapPorts];
  const declared = ports.map(({ name: port, direction, type }) => {
    const width = widthOf(type);
    return `    ${direction}put logic ${width === 1 ? "" : `[${width - 1}:0] `}${port}`;
  });
  const text = [
    `// Simulation only: ${name} with its layers' output streams at ports of their own.`,
    `module ${tapped} (`,
    declared.join(",\n"),
    ");",
    `  ${name} dut (`,
    top.ports.map(({ name: port }) => `      .${port}(${port})`).join(",\n"),
    "  );",
    ...taps.flatMap(({ stream, instance }) => [
      `  assign ${stream}_valid = dut.${instance}.y_valid && dut.${instance}.y_ready;`,
      `  assign ${stream}_payload = dut.${instance}.y_payload;`,
    ]),
    `endmodule : ${tapped}`,
    "",
  ].join("\n");
  const streams = taps.map(({ stream }) => ({
    name: stream,
    direction: "source" as const,
    valid: `${stream}_valid`,
    ready: `${stream}_ready`,
    payload: [{ path: [], port: `${stream}_payload` }],
    domain: top.domains[0]?.name ?? "",
  }));
  return {
    top: { ...top, name: tapped, ports, streams: [...top.streams, ...streams] },
    file: { name: `${tapped}.sv`, text },
  };
}

/** The beats that a layer has to hand on, by the reference. */
export function tapBeats(
  tap: Tap,
  { outputs, activations, accumulators }: LayerTrace,
  frames: number,
): Uint32Array {
  const shape = { width: tap.width, beats: tap.perFrame };
  if (activations !== undefined) return encodeFrames(activations, shape);
  const bits = (tap.width * tap.perFrame) / outputs;
  return encodeFrames(packNumbers(accumulators ?? new Int32Array(), { frames, outputs, bits }), shape);
}
