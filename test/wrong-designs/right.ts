import {
  bits,
  bool,
  cat,
  component,
  crossing,
  enumeration,
  external,
  input,
  instance,
  memory,
  mux,
  output,
  reg,
  rom,
  sink,
  source,
  struct,
  uint,
  vec,
  type Hardware,
} from "../../src/hdl/index.ts";

const State = enumeration("State", ["idle", "busy", "done"]);
const complex = struct({ re: uint(4), im: uint(4) });

/** Both paths cut: ready and valid come from registers. */
const skid = component({
  name: "skid",
  ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
  build(m, { x, y }) {
    const { full, spare_full } = m.regs({ full: bool, spare_full: bool });
    const { word, spare } = m.regs({
      word: reg(bits(8), { reset: "none" }),
      spare: reg(bits(8), { reset: "none" }),
    });
    x.ready.set(spare_full.not());
    y.valid.set(full);
    y.payload.set(word);
    m.when(y.ready.or(full.not()), () => {
      full.next(x.valid.or(spare_full));
      word.next(mux(spare_full, spare, x.payload));
      spare_full.next(false);
    }).elsewhen(x.fire, () => {
      spare_full.next(true);
      spare.next(x.payload);
    });
  },
});

const fifo = component({
  name: "fifo",
  ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
  build(m, { x, y }) {
    const { store } = m.memories({ store: memory(16, bits(8), { style: "distributed" }) });
    const { write_at, read_at } = m.counters({ write_at: 16, read_at: 16 });
    const { level } = m.regs({ level: uint(5) });
    x.ready.set(level.ne(16));
    y.valid.set(level.ne(0));
    y.payload.set(store.read(read_at));
    m.when(x.fire, () => {
      store.write(write_at, x.payload);
      write_at.advance();
    });
    m.when(y.fire, () => {
      read_at.advance();
    });
    m.when(x.fire.and(y.fire.not()), () => {
      level.next(level.add(1).narrow(uint(5)));
    }).elsewhen(y.fire.and(x.fire.not()), () => {
      level.next(level.sub(1).narrow(uint(5)));
    });
  },
});

/** Valid and ready pass straight through, in opposite directions. */
const wires = component({
  name: "wires",
  ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
  build(_m, { x, y }) {
    x.into(y);
  },
});

const passThrough = component({
  name: "pass_through",
  ports: () => ({ a: input(bool), b: input(bool), y: output(bool), z: output(bool) }),
  build(_m, { a, b, y, z }) {
    y.set(a);
    z.set(b.not());
  },
});

const vendorBuffer = external({ name: "BUFG", ports: { I: input(bool), O: output(bool) } });

/** Designs with no mistake that a simpler check would complain about. */
export const rightDesigns: Readonly<Record<string, () => Hardware>> = {
  "a skid buffer": skid,

  "a FIFO with counters": fifo,

  "a ring of valid and ready in opposite directions": component({
    name: "t",
    ports: () => ({ x: sink(bits(8)), y: source(bits(8)) }),
    build(m, { x, y }) {
      const { u0, u1, u2 } = m.instances({ u0: wires(), u1: fifo(), u2: wires() });
      x.into(u0.x);
      u0.y.into(u1.x);
      u1.y.into(u2.x);
      u2.y.into(y);
    },
  }),

  "a chain through the elements of one vec": component({
    name: "t",
    ports: () => ({ a: input(vec(8, uint(4))), y: output(uint(4)) }),
    build(m, { a, y }) {
      const { largest } = m.wires({ largest: vec(8, uint(4)) });
      largest.at(0).set(a.at(0));
      m.each({ i: 7 }, ({ i }) => {
        const before = largest.at(i);
        const next = a.at(i.add(1).narrow(uint(3)));
        largest.at(i.add(1).narrow(uint(3))).set(mux(next.gt(before), next, before));
      });
      y.set(largest.at(7));
    },
  }),

  "a carry chain through the bits of one signal": component({
    name: "t",
    ports: () => ({ a: input(bits(4)), b: input(bits(4)), y: output(bits(5)) }),
    build(m, { a, b, y }) {
      const { carry } = m.wires({ carry: bits(5) });
      carry.bit(0).set(false);
      for (let i = 0; i < 4; i++)
        carry.bit(i + 1).set(
          a
            .bit(i)
            .and(b.bit(i))
            .or(carry.bit(i).and(a.bit(i).or(b.bit(i)))),
        );
      y.set(carry);
    },
  }),

  "a loop through an instance that is none, since its paths are apart": component({
    name: "t",
    ports: () => ({ a: input(bool), y: output(bool) }),
    build(m, { a, y }) {
      const { inner } = m.instances({ inner: passThrough() });
      inner.a.set(a);
      inner.b.set(inner.y);
      y.set(inner.z);
    },
  }),

  "two signals that cross over bit by bit": component({
    name: "t",
    ports: () => ({ a: input(bool), y: output(bits(2)) }),
    build(m, { a, y }) {
      const { front, back } = m.wires({ front: bits(2), back: bits(2) });
      back.set(front);
      front.bit(0).set(a);
      front.bit(1).set(back.bit(0).not());
      y.set(back);
    },
  }),

  "a default, then a condition": component({
    name: "t",
    ports: () => ({ go: input(bool), at: input(uint(2)), y: output(vec(4, bool)), z: output(uint(3)) }),
    build(m, { go, at, y, z }) {
      y.set([false, false, false, false]);
      y.at(at).set(true);
      z.set(0);
      m.when(go, () => {
        z.set(5);
      });
    },
  }),

  "every way through nested conditions, bit by bit": component({
    name: "t",
    ports: () => ({ state: input(State), go: input(bool), y: output(bits(4)) }),
    build(m, { state, go, y }) {
      m.match(state, {
        idle: () => {
          m.when(go, () => {
            y.slice(0, 2).set(1);
          }).otherwise(() => {
            y.slice(0, 2).set(2);
          });
          y.slice(2, 2).set(0);
        },
        busy: () => {
          y.set(3);
        },
        done: () => {
          m.each({ i: 4 }, ({ i }) => {
            y.bit(i).set(go);
          });
        },
      });
    },
  }),

  "a match over all numbers of a uint": component({
    name: "t",
    ports: () => ({ code: input(uint(2)), y: output(bool) }),
    build(m, { code, y }) {
      m.match(code, [
        [
          [0, 3],
          () => {
            y.set(true);
          },
        ],
        [
          [1, 2],
          () => {
            y.set(false);
          },
        ],
      ]);
    },
  }),

  "delay lines and accumulators without reset": component({
    name: "t",
    ports: () => ({ x: sink(uint(4)), y: source(uint(8)), delayed: output(uint(4)), oldest: output(bool) }),
    build(m, { x, y, delayed, oldest }) {
      const { beat } = m.counters({ beat: 8 });
      const { full } = m.regs({ full: bool });
      const { taps, line, total, first } = m.regs({
        taps: reg(vec(4, uint(4)), { reset: "none" }),
        line: reg(bits(6), { reset: "none" }),
        total: reg(uint(8), { reset: "none" }),
        first: reg(bool, { reset: "none" }),
      });
      x.ready.set(full.not());
      m.when(x.fire, () => {
        taps.at(0).next(x.payload);
        m.each({ i: 3 }, ({ i }) => {
          taps.at(i.add(1).narrow(uint(2))).next(taps.at(i));
        });
        line.next(cat(line.slice(0, 5), x.payload.bit(0)));
        // A flag that accompanies data needs no reset either: a valid bit vouches for it.
        first.next(beat.eq(0));
        m.when(first, () => {
          total.next(x.payload.extend(uint(8)));
        }).otherwise(() => {
          total.next(total.add(x.payload).narrow(uint(8)));
        });
        beat.advance();
        m.when(beat.last, () => {
          full.next(true);
        });
      });
      m.when(full.and(y.ready), () => {
        full.next(false);
      });
      y.valid.set(full);
      y.payload.set(total);
      delayed.set(taps.at(3));
      oldest.set(line.bit(5));
    },
  }),

  "a block memory with two clocks, and a crossing that is meant": component({
    name: "t",
    clocks: { a: {}, b: {} },
    ports: () => ({
      en: input(bool, { clock: "a" }),
      at: input(uint(3), { clock: "a" }),
      from: input(uint(3), { clock: "b" }),
      y: output(uint(3), { clock: "b" }),
      seen: output(bool, { clock: "b" }),
    }),
    build(m, { en, at, from, y, seen }) {
      const { store } = m.memories({ store: memory(8, uint(3), { style: "block", clock: "a" }) });
      const { given } = m.regs({ given: reg(bool, { clock: "a" }) });
      const { first, second } = m.regs({
        first: reg(bool, { clock: "b" }),
        second: reg(bool, { clock: "b" }),
      });
      const { word } = m.regs({ word: reg(uint(3), { clock: "b", reset: "none" }) });
      m.when(en, () => {
        store.write(at, at);
        given.next(given.not());
      });
      word.next(store.read(from));
      first.next(crossing(given, "b"));
      second.next(first);
      y.set(word);
      seen.set(second);
    },
  }),

  "an instance in the other clock domain": component({
    name: "t",
    clocks: { a: {}, b: {} },
    ports: () => ({
      x: sink(bits(8), { clock: "b" }),
      y: source(bits(8), { clock: "b" }),
      tick: output(bool, { clock: "a" }),
    }),
    build(m, { x, y, tick }) {
      const { inner, comb } = m.instances({
        inner: instance(skid(), { clocks: { clk: "b" } }),
        comb: passThrough(),
      });
      x.into(inner.x);
      inner.y.into(y);
      const { odd } = m.regs({ odd: bool });
      // A module without a clock takes the domain of what it is given.
      comb.a.set(odd);
      comb.b.set(odd);
      odd.next(comb.z.and(comb.y.not()));
      tick.set(odd);
    },
  }),

  "ports of structs and vecs of structs": component({
    name: "t",
    ports: () => ({
      x: sink(vec(2, complex)),
      y: source(struct({ sum: complex, tag: State })),
      pairs: { left: input(complex), right: output(complex) },
      many: [output(bool), output(bool)],
    }),
    build(_m, { x, y, pairs, many }) {
      const [a, b] = x.payload.elements();
      if (a === undefined || b === undefined) throw new Error("two elements");
      y.valid.set(x.valid);
      x.ready.set(y.ready);
      y.payload.sum.re.set(a.re.add(b.re).wrap(uint(4)));
      y.payload.sum.im.set(a.im.add(b.im).wrap(uint(4)));
      y.payload.tag.set("busy");
      pairs.right.set({ re: pairs.left.im, im: pairs.left.re });
      for (const [i, bit] of many.entries()) bit.set(x.payload.at(i).re.ne(0));
    },
  }),

  "unused parts that are said to be": component({
    name: "t",
    ports: () => ({ a: input(bits(8)), y: output(bits(4)) }),
    build(m, { a, y }) {
      const { inner } = m.instances({ inner: passThrough() });
      inner.a.set(a.bit(0));
      inner.b.set(a.bit(1));
      y.set(cat(inner.y, a.slice(2, 3)));
      m.unused({ high: a.slice(5, 3), inner: inner.z });
    },
  }),

  "an external module and a ROM in block RAM": component({
    name: "t",
    ports: () => ({ at: input(uint(2)), fast: input(bool), y: output(bits(8)), z: output(bool) }),
    build(m, { at, fast, y, z }) {
      const { buffer } = m.instances({ buffer: vendorBuffer });
      const { store } = m.roms({ store: rom(bits(8), [1, 2, 3, 4], { style: "block" }) });
      const { word } = m.regs({ word: reg(bits(8), { reset: "none" }) });
      word.next(store.read(at));
      buffer.I.set(fast);
      y.set(word);
      z.set(buffer.O);
    },
  }),
};
