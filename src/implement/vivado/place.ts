/** A stage of an accelerator, as its manifest lists it. */
export interface NamedStage {
  readonly name: string;
  readonly unit: string;
}

/** Where a pin of the netlist is in the accelerator. */
export interface Place {
  /** As the report has it. */
  readonly pin: string;
  /** Null for a port of the top module, and for logic that belongs to no stage. */
  readonly stage: string | null;
  /** What the stage is: `mvtu`, `fifo`. */
  readonly unit: string | null;
  /** The layer that it serves: `conv2` of `conv2_window`; null for the label select. */
  readonly layer: string | null;
  /** The rest of the path, within the stage. */
  readonly inside: string;
}

/**
 * The stage that a pin belongs to: its instance stands first in the path. Logic that synthesis moved to the top level has
 * the stage's name with more behind it (`dense0_buffer_i_3`).
 */
export function placeOf(pin: string, stages: readonly NamedStage[]): Place {
  const [first = "", ...rest] = pin.split("/");
  const [stage] = stages
    .filter(({ name }) => first === name || (rest.length > 0 && first.startsWith(`${name}_`)))
    .sort((a, b) => b.name.length - a.name.length);
  if (stage === undefined) return { pin, stage: null, unit: null, layer: null, inside: pin };
  const [layer = null] = /^[a-z]+\d+/.exec(stage.name) ?? [];
  return {
    pin,
    stage: stage.name,
    unit: stage.unit,
    layer,
    inside: first === stage.name ? rest.join("/") : pin,
  };
}

/** For people: `dense0 (mvtu), elements/sum_reg[3]/D`. */
export function describePlace({ pin, stage, unit, inside }: Place): string {
  if (stage === null) return pin.includes("/") ? `${pin} (outside of the stages)` : `port ${pin}`;
  return `${stage} (${unit ?? ""}), ${inside}`;
}
