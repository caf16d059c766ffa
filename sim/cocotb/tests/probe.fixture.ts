import {
  bits,
  bool,
  component,
  enumeration,
  input,
  output,
  sink,
  sint,
  source,
  struct,
  uint,
  vec,
} from "../../../src/hdl/index.ts";

const mode = enumeration("mode", ["idle", "left", "right"]);

/** A kind with everything in it that takes packing. */
const sample = (width: number) =>
  struct({
    re: sint(width),
    wide: bits(70),
    taps: vec(3, struct({ on: bool, level: vec(2, sint(5)) })),
    mode,
  });

interface ProbeParams {
  readonly width: number;
}

/** Passes samples through a register and adds an offset to one field, if it is enabled; counts them. */
export const probe = component({
  name: ({ width }: ProbeParams) => `probe_${width}`,
  ports: ({ width }) => ({
    x: sink(sample(width)),
    y: source(sample(width)),
    offset: input(sint(width)),
    enable: input(bool),
    seen: output(uint(16)),
  }),
  build(m, { x, y, offset, enable, seen }, { width }) {
    const { valid, held, count } = m.regs({ valid: bool, held: sample(width), count: uint(16) });
    const advance = valid.not().or(y.ready);
    m.name({ advance });
    x.ready.set(advance);
    y.valid.set(valid);
    y.payload.set(held);
    seen.set(count);
    m.when(advance, () => {
      valid.next(x.valid);
    });
    m.when(x.fire, () => {
      held.next(x.payload);
      count.next(count.add(1).narrow(uint(16)));
      m.when(enable, () => {
        held.re.next(x.payload.re.add(offset).narrow(sint(width)));
      });
    });
  },
});

type Sample = Readonly<Record<string, unknown>> & { readonly re: number };

/** What `probe` gives while it adds nothing. */
export const probeModel = ({ x }: { readonly x: readonly Sample[] }): { readonly y: readonly Sample[] } => ({
  y: x,
});

/** Breaks a rule of streams: what it offers changes until it is taken. */
export const restless = component({
  name: "restless",
  ports: () => ({ y: source(uint(4)) }),
  build(m, { y }) {
    const { value } = m.regs({ value: uint(4) });
    m.when(y.ready.not(), () => {
      value.next(value.add(1).wrap(uint(4)));
    });
    y.valid.set(true);
    y.payload.set(value);
  },
});
