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
 * The stage that a pin belongs to: the first instance in the path that has its name; before it stands what is around the
 * accelerator. Logic that synthesis moved out of a stage has its name with more behind it (`dense0_buffer_i_3`).
 */
export function placeOf(pin: string, stages: readonly NamedStage[]): Place {
  const path = pin.split("/");
  for (const [depth, part] of path.entries()) {
    const inside = path.slice(depth + 1).join("/");
    const [stage] = stages
      .filter(({ name }) => part === name || (inside !== "" && part.startsWith(`${name}_`)))
      .sort((a, b) => b.name.length - a.name.length);
    if (stage === undefined) continue;
    const { name, unit } = stage;
    const [layer = null] = /^[a-z]+\d+/.exec(name) ?? [];
    return { pin, stage: name, unit, layer, inside: part === name ? inside : path.slice(depth).join("/") };
  }
  return { pin, stage: null, unit: null, layer: null, inside: pin };
}

/** For people: `dense0 (mvtu), elements/sum_reg[3]/D`. */
export function describePlace({ pin, stage, unit, inside }: Place): string {
  if (stage === null) return pin.includes("/") ? `${pin} (outside of the stages)` : `port ${pin}`;
  return `${stage} (${unit ?? ""}), ${inside}`;
}
