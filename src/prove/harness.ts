import {
  bits,
  bitWidth,
  bool,
  component,
  Consumer,
  input,
  instance,
  mux,
  output,
  pack,
  Producer,
  reg,
  tree,
  uint,
  vec,
  vecOf,
  type Bits,
  type Bool,
  type Handle,
  type Hardware,
  type Kind,
  type ModuleBuilder,
  type PortRecord,
  type PortSpec,
  type UInt,
  type UIntKind,
} from "../hdl/index.ts";

/** Beats by stream name. */
export type Counts = Readonly<Record<string, number>>;

/** What is claimed of a unit with streams, on top of the stream rules. */
export interface Claims {
  /** Beats of a frame of each stream: frame n of every source is made from frame n of every sink. */
  readonly frame: Counts;
  /**
   * The beats of a frame of each source, packed, from the beats of the sinks' frames. Only beats that have come are looked
   * at, see `needs`.
   */
  readonly expected: (
    frames: Readonly<Record<string, readonly Bits[]>>,
  ) => Readonly<Record<string, readonly Bits[]>>;
  /** Beats of its frame that each sink has to have taken, or at least offered, for beat `beat` of `source`. Default: all. */
  readonly needs?: (source: string, beat: number) => Counts;
  /** Frames that a sink may have taken, wholly, and a source not yet given wholly. */
  readonly room: number;
  /** Cycles within which what is due is offered, whatever ready does. */
  readonly offers: number;
  /** Cycles within which a beat is taken where all sources are ready and the other sinks valid. */
  readonly accepts: number;
}

/** The properties of a harness, and what stands for each in tables. */
export const propertyTexts = {
  data: "every beat has the payload of its place: none lost, repeated or reordered",
  cause: "no beat before what it is made from",
  room: "no more frames under way than stated",
  steady: "valid and payload stay until taken",
  offers: "what is due is offered in time, whatever ready does",
  accepts: "a beat is taken in time where nothing holds it up",
} as const;

export type Property = keyof typeof propertyTexts;

/** Prefixes of the harness's outputs: what is assumed of the unit's surroundings, and what is to be proved. */
export const assumePrefix = "assume_";
export const provePrefix = "prove_";

/** What the harness keeps of a stream. */
interface Observed {
  readonly name: string;
  readonly length: number;
  readonly valid: Bool;
  readonly ready: Bool;
  readonly payload: Bits;
  readonly fire: Bool;
  /** Beat of the frame, and number of the frame modulo 2^bits. */
  readonly at: UInt;
  readonly number: UInt;
}

/**
 * A unit with surroundings that may do everything that the stream rules allow, as free inputs, and one output for each
 * property. Frame numbers run modulo a power of two; of all frames whose number is `mark`, which is free and constant, the
 * harness keeps the beats that went in, and compares what comes out. So every frame is looked at, for some value of `mark`.
 *
 * Ports: `<sink>_valid`, `<sink>_payload`, `<source>_ready` and `mark` in; `assume_<sink>` and `prove_<property>_<stream>`
 * out. A property is to hold in every cycle after reset in which all assumptions have held.
 */
export function harness(
  hardware: Hardware,
  claims: Claims,
  clocks?: Readonly<Record<string, string>>,
): Hardware {
  const streams = streamsOf(hardware.ports);
  const sinks = streams.filter(({ spec }) => spec.port === "sink");
  const sources = streams.filter(({ spec }) => spec.port === "source");
  const numbers = uint.upTo(claims.room + 2);
  const properties = [
    ...sources.flatMap(({ name }) =>
      (["data", "cause", "room", "steady", "offers"] as const).map((p) => `${p}_${name}`),
    ),
    ...sinks.map(({ name }) => `accepts_${name}`),
  ];
  return component({
    name: `${hardware.name}_harness`,
    ports: (): PortRecord =>
      Object.fromEntries<PortSpec>([
        ["mark", input(numbers)],
        ...sinks.flatMap(({ name, spec }): [string, PortSpec][] => [
          [`${name}_valid`, input(bool)],
          [`${name}_payload`, input(bits(bitWidth(spec.kind)))],
          [`${assumePrefix}${name}`, output(bool)],
        ]),
        ...sources.map(({ name }): [string, PortSpec] => [`${name}_ready`, input(bool)]),
        ...properties.map((name): [string, PortSpec] => [`${provePrefix}${name}`, output(bool)]),
      ]),
    build(m, ports) {
      const free = (name: string): Bits => (ports as unknown as Record<string, Bits>)[name] ?? missing(name);
      const flag = (name: string): Handle<{ kind: "bool" }, "set"> =>
        (ports as unknown as Record<string, Handle<{ kind: "bool" }, "set">>)[name] ?? missing(name);
      const { unit } = m.instances({ unit: instance(hardware, clocks === undefined ? {} : { clocks }) });
      const ends = endsOf(unit);
      const watch = watcher(m, claims, numbers);
      const given = sinks.map(({ name }) => {
        const end = ends.get(name);
        if (!(end instanceof Consumer)) throw new TypeError(`${name} is no sink`);
        const valid = free(`${name}_valid`) as unknown as Bool;
        const payload = free(`${name}_payload`);
        end.valid.set(valid);
        end.payload.set(payload.as(end.kind) as never);
        const seen = watch(name, { valid, ready: end.ready, payload });
        flag(`${assumePrefix}${name}`).set(steady(m, seen));
        return seen;
      });
      const got = sources.map(({ name }) => {
        const end = ends.get(name);
        if (!(end instanceof Producer)) throw new TypeError(`${name} is no source`);
        const ready = free(`${name}_ready`) as unknown as Bool;
        end.ready.set(ready);
        return watch(name, { valid: end.valid, ready, payload: pack(end.payload as never) });
      });
      const mark = free("mark") as unknown as UInt;
      const frames = Object.fromEntries(given.map((sink) => [sink.name, kept(m, sink, mark)]));
      const expected = claims.expected(frames);
      for (const source of got) {
        const prove = (property: Property, holds: Bool): void => {
          flag(`${provePrefix}${property}_${source.name}`).set(holds);
        };
        const beats = expected[source.name] ?? missing(source.name);
        const wanted = pick(source.at, beats);
        prove("data", source.valid.and(source.number.eq(mark)).and(source.payload.ne(wanted)).not());
        const due = all(given.map((sink) => isDue(sink, source, claims)));
        prove("cause", source.valid.not().or(due));
        prove("room", all(given.map((sink) => isUnderWay(sink, source, claims))));
        prove("steady", steady(m, source));
        prove("offers", inTime(m, `${source.name}_waits`, due.and(source.valid.not()), claims.offers));
      }
      const allReady = all(got.map(({ ready }) => ready));
      for (const sink of given) {
        const offered = all(given.map(({ valid }) => valid)).and(allReady);
        flag(`${provePrefix}accepts_${sink.name}`).set(
          inTime(m, `${sink.name}_waits`, offered.and(sink.ready.not()), claims.accepts),
        );
      }
    },
  })();
}

/** Follows a stream: which beat of which frame is at it. */
function watcher(m: ModuleBuilder, claims: Claims, numbers: UIntKind) {
  return (
    name: string,
    { valid, ready, payload }: Pick<Observed, "valid" | "ready" | "payload">,
  ): Observed => {
    const length = claims.frame[name] ?? missing(name);
    const at = counter(m, `${name}_at`, length);
    const number = counter(m, `${name}_number`, 2 ** numbers.width);
    const fire = valid.and(ready);
    m.when(fire, () => {
      at.advance();
    });
    m.when(fire.and(at.last), () => {
      number.advance();
    });
    return { name, length, valid, ready, payload, fire, at, number };
  };
}

/** The beats of the marked frame that have come, the one that is offered now among them. */
function kept(m: ModuleBuilder, sink: Observed, mark: UInt): readonly Bits[] {
  const { name, length, payload, valid, at } = sink;
  const key = `${name}_frame`;
  const held =
    m.regs({ [key]: reg(vec(length, bits(payload.width)), { reset: "none" }) })[key] ?? missing(key);
  const marked = sink.number.eq(mark);
  m.when(sink.fire.and(marked), () => {
    held.at(at).next(payload);
  });
  const now = valid.and(marked);
  return held.elements().map((beat, i) => mux(now.and(at.eq(i)), payload, beat));
}

/** The frame that the source is at, or its beats that matter, have come at the sink. */
function isDue(sink: Observed, source: Observed, { needs, room }: Claims): Bool {
  const ahead = lead(sink, source);
  const offered = sink.at.add(sink.valid.asUInt());
  const least = Array.from(
    { length: source.length },
    (_, beat) => needs?.(source.name, beat)[sink.name] ?? sink.length,
  );
  const kind = uint.upTo(sink.length);
  const enough = tree(
    least.map((count, beat) => source.at.eq(beat).and(offered.extend(uint(kind.width + 1)).ge(count))),
    (a, b) => a.or(b),
  );
  return ahead.ne(0).and(ahead.le(room)).or(ahead.eq(0).and(enough));
}

/** A source may be a beat, and with it a frame, ahead of a sink that has not yet been told that its beat is taken. */
function isUnderWay(sink: Observed, source: Observed, { room }: Claims): Bool {
  const ahead = lead(sink, source);
  return ahead.le(room).or(ahead.eq(2 ** ahead.width - 1));
}

const lead = (sink: Observed, source: Observed): UInt =>
  sink.number.sub(source.number).wrap(uint(sink.number.width));

/** Valid and payload are what they were where the beat has not been taken. */
function steady(m: ModuleBuilder, { name, valid, ready, payload }: Observed): Bool {
  const [stalled, before] = [`${name}_stalled`, `${name}_before`];
  const registers = m.regs({ [stalled]: bool });
  const words = m.regs({ [before]: reg(bits(payload.width), { reset: "none" }) });
  registers[stalled]?.next(valid.and(ready.not()));
  words[before]?.next(payload);
  const [was, what] = [registers[stalled] ?? missing(stalled), words[before] ?? missing(before)];
  return was.not().or(valid.and(payload.eq(what)));
}

/** `waits` is never true in `limit` cycles in a row. */
function inTime(m: ModuleBuilder, name: string, waits: Bool, limit: number): Bool {
  const count = uint.upTo(limit);
  const passed = m.regs({ [name]: reg(count) })[name] ?? missing(name);
  m.when(waits.not(), () => {
    passed.next(0);
  }).elsewhen(passed.ne(limit), () => {
    passed.next(passed.add(1).wrap(count));
  });
  return passed.ne(limit);
}

function counter(m: ModuleBuilder, name: string, count: number) {
  return m.counters({ [name]: count })[name] ?? missing(name);
}

function pick(at: UInt, beats: readonly Bits[]): Bits {
  const [only] = beats;
  return beats.length === 1 && only !== undefined ? only : vecOf(beats).at(at);
}

const all = (flags: readonly Bool[]): Bool => tree(flags, (a, b) => a.and(b));

interface StreamSpec {
  readonly port: string;
  readonly kind: Kind;
}

/** The streams of a port record, named as in the RTL. */
function streamsOf(
  ports: unknown,
  name = "",
): readonly { readonly name: string; readonly spec: StreamSpec }[] {
  if (isStreamSpec(ports)) return [{ name, spec: ports }];
  return children(ports, name).flatMap(([child, at]) => streamsOf(child, at));
}

function isStreamSpec(entry: unknown): entry is StreamSpec {
  return typeof entry === "object" && entry !== null && "port" in entry && typeof entry.port === "string";
}

/** The streams of an instance, by the same names. */
function endsOf(unit: unknown, name = ""): ReadonlyMap<string, Producer | Consumer> {
  if (unit instanceof Producer || unit instanceof Consumer) return new Map([[name, unit]]);
  return new Map(children(unit, name).flatMap(([child, at]) => [...endsOf(child, at)]));
}

/** Names as `mapPorts` gives them: `x_a` of a record, `y0` of an array. */
function children(entry: unknown, name: string): readonly (readonly [unknown, string])[] {
  if (Array.isArray(entry)) return entry.map((child, i) => [child, `${name}${String(i)}`] as const);
  return Object.entries(entry as object).map(
    ([key, child]) => [child, name === "" ? key : `${name}_${key}`] as const,
  );
}

function missing(name: string): never {
  throw new Error(`no ${name}`);
}
