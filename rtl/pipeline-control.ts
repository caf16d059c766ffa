import {
  bits,
  cat,
  reg,
  type Bool,
  type BoolKind,
  type Handle,
  type Kind,
  type ModuleBuilder,
} from "../src/hdl/index.ts";

/** Valid and ready of a stream's end, whatever the beats are. */
interface End {
  readonly valid: Bool;
  readonly ready: Handle<BoolKind, "set">;
}

/** Of the other side. */
interface Start {
  readonly valid: Handle<BoolKind, "set">;
  readonly ready: Bool;
}

/**
 * The valid bits of a pipeline that stalls as a whole, one beat per cycle; ready passes through combinationally.
 * `advance` says when it moves, `enable` when the register behind `stage`, from 0, takes a beat.
 */
export function pipelineControl(
  m: ModuleBuilder,
  x: End,
  y: Start,
  latency: number,
): { readonly advance: Bool; readonly enable: (stage: number) => Bool } {
  const { valid } = m.regs({
    valid: reg(bits(latency), { doc: "stages that hold a beat, the first in bit 0" }),
  });
  const last = valid.bit(latency - 1);
  const { advance } = m.name({ advance: last.not().or(y.ready) });
  x.ready.set(advance);
  m.when(advance, () => {
    valid.next(latency === 1 ? x.valid.asUInt().asBits() : cat(valid.slice(0, latency - 1), x.valid));
  });
  y.valid.set(last);
  return { advance, enable: (stage) => advance.and(stage === 0 ? x.valid : valid.bit(stage - 1)) };
}

/** A register whose name is made up, of a stage or a level; of data, which need no reset, where nothing else is said. */
export function register<K extends Kind>(
  m: ModuleBuilder,
  name: string,
  kind: K,
  { reset }: { readonly reset: "none" | undefined } = { reset: "none" },
): Handle<K, "next"> {
  const held = m.regs({ [name]: reg(kind, reset === undefined ? {} : { reset }) })[name];
  if (held === undefined) throw new Error(`no register ${name}`);
  return held as unknown as Handle<K, "next">;
}
