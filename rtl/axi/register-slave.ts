import {
  bits,
  bool,
  cat,
  component,
  input,
  mux,
  output,
  reg,
  tree,
  uint,
  valueOf,
  wire,
  type Bits,
  type BitsKind,
  type Bool,
  type Handle,
  type Hardware,
  type InputPort,
  type ModuleBuilder,
  type OutputPort,
  type UInt,
  type UIntKind,
} from "../../src/hdl/index.ts";
import { litePorts, okay, slaveError, type LitePorts } from "./channels.ts";
import { partWrite, wordParts, type PartWrite } from "../nn/index.ts";
import { only } from "./only.ts";
import {
  checkRegisterMap,
  fieldMask,
  registerWidth,
  type Access,
  type Register,
  type RegisterMap,
  type Window,
} from "./register-map.ts";

type Ports<P> = Readonly<Record<string, P>>;

/** The bus, and the hardware's side of the registers by their names. */
export interface RegisterSlavePorts {
  readonly s_axi: LitePorts;
  /** Of `ro` registers that are no constants: what they read. */
  readonly value: Ports<InputPort<UIntKind>>;
  /** Of `rw` registers: what was written. */
  readonly held: Ports<OutputPort<BitsKind>>;
  /** Of `w1c` registers: bits to set. A bit that is set and cleared in the same cycle is set. */
  readonly set: Ports<InputPort<BitsKind>>;
  /** Of `wo` registers: bits that are written as 1, for one cycle. */
  readonly pulse: Ports<OutputPort<BitsKind>>;
  /** Of windows: a write to one, `address` in units of 4 bytes from the window's beginning. */
  readonly window: Ports<OutputPort<PartWrite>>;
  // A port record.
  readonly [group: string]: LitePorts | Ports<InputPort> | Ports<OutputPort>;
}

/**
 * Cycles from the last of address and data of a write to its response, and from the address of a read to its data, where
 * nothing stalls. A write and a read can be taken in every second cycle.
 */
export const registerSlaveLatency = 2;

const define = component({
  name: ({ name }: RegisterMap) => `${name.replaceAll(/\W/g, "_")}_registers`,
  doc: (map: RegisterMap) =>
    [
      map.doc,
      `AXI4-Lite slave, ${String(2 ** map.addressBits)} bytes; all of its outputs to the bus come from registers.`,
      `A response follows its request by ${String(registerSlaveLatency)} cycles; one write and one read in every second cycle.`,
    ].join("\n"),
  validate: checkRegisterMap,
  ports: (map: RegisterMap): RegisterSlavePorts => {
    const port = <P>(access: Access, of: (register: Register) => P): Ports<P> =>
      Object.fromEntries(portsOf(map, access).map((register) => [register.name, of(register)]));
    return {
      s_axi: litePorts(map.addressBits),
      value: port("ro", (register) => input(uint(registerWidth(register)), { doc: register.doc })),
      held: port("rw", (register) => output(bits(registerWidth(register)), { doc: register.doc })),
      set: port("w1c", (register) => input(bits(registerWidth(register)), { doc: register.doc })),
      pulse: port("wo", (register) => output(bits(registerWidth(register)), { doc: register.doc })),
      window: Object.fromEntries(
        (map.windows ?? []).map((window) => [window.name, output(partWrite(window), { doc: window.doc })]),
      ),
    };
  },
  build(m, { s_axi, value, held, set, pulse, window }, map) {
    const { aw, w, b, ar, r } = s_axi;
    const writable = map.registers.filter(({ access }) => access !== "ro");
    const { windows = [] } = map;
    const registerBits = Math.max(1, ...writable.map(registerWidth));
    const width = windows.length > 0 ? 32 : registerBits;
    const bytes = Math.ceil(width / 8);
    const words = uint(map.addressBits - 2);
    const index = (address: UInt): UInt => address.asBits().slice(2, words.width).asUInt();
    m.unused({
      aw: cat(aw.payload.prot, aw.payload.addr.asBits().slice(0, 2)),
      ar: cat(ar.payload.prot, ar.payload.addr.asBits().slice(0, 2)),
      ...(width === 32 ? {} : { data: w.payload.data.slice(width, 32 - width) }),
      ...(bytes === 4 ? {} : { strb: w.payload.strb.slice(bytes, 4 - bytes) }),
    });

    const write = m.regs({
      write_address_held: bool,
      write_address: reg(words, { reset: "none", doc: "word" }),
      write_data_held: bool,
      write_data: reg(bits(width), { reset: "none", doc: "as many bits as a register has at most" }),
      write_strobe: reg(bits(bytes), { reset: "none" }),
      write_response_valid: bool,
      write_response: reg(bits(2), { reset: "none" }),
    });
    aw.ready.set(write.write_address_held.not());
    w.ready.set(write.write_data_held.not());
    b.valid.set(write.write_response_valid);
    b.payload.resp.set(write.write_response);
    const writes = write.write_address_held
      .and(write.write_data_held)
      .and(write.write_response_valid.not().or(b.ready));
    const strobed = cat(
      ...Array.from({ length: Math.ceil(registerBits / 8) }, (_, byte) => {
        const ones = bits(Math.min(8, registerBits - 8 * byte));
        return mux(write.write_strobe.bit(byte), valueOf(ones, 2 ** ones.width - 1), valueOf(ones, 0));
      }).reverse(),
    );
    m.name({ writes, strobed });
    m.when(aw.fire, () => {
      write.write_address_held.next(true);
      write.write_address.next(index(aw.payload.addr));
    });
    m.when(w.fire, () => {
      write.write_data_held.next(true);
      write.write_data.next(w.payload.data.slice(0, width));
      write.write_strobe.next(w.payload.strb.slice(0, bytes));
    });
    m.when(b.fire, () => {
      write.write_response_valid.next(false);
    });
    m.when(writes, () => {
      write.write_address_held.next(false);
      write.write_data_held.next(false);
      write.write_response_valid.next(true);
    });
    const request: WriteRequest = { writes, strobed, address: write.write_address, data: write.write_data };
    const readable = new Map<string, Bits>([
      ...keepRegisters(m, map, { held, request }),
      ...stickyRegisters(m, map, { set, request }),
    ]);
    pulseRegisters(m, map, { pulse, request });
    const inWindows = windowWrites(m, windows, { window, request, strobes: write.write_strobe });
    if (writable.length === 0) m.unused({ written: cat(write.write_data, strobed) });
    m.when(writes, () => {
      write.write_response.next(slaveError);
      m.when(
        tree(
          [
            valueOf(bool, false),
            ...writable.map(({ offset }) => write.write_address.eq(offset / 4)),
            ...inWindows,
          ],
          (a, c) => a.or(c),
        ),
        () => {
          write.write_response.next(okay);
        },
      );
    });

    const read = m.regs({
      read_address_held: bool,
      read_address: reg(words, { reset: "none", doc: "word" }),
      read_valid: bool,
      read_data: reg(bits(32), { reset: "none" }),
      read_response: reg(bits(2), { reset: "none" }),
    });
    ar.ready.set(read.read_address_held.not());
    r.valid.set(read.read_valid);
    r.payload.set({ data: read.read_data, resp: read.read_response });
    const reads = read.read_address_held.and(read.read_valid.not().or(r.ready));
    m.name({ reads });
    m.when(ar.fire, () => {
      read.read_address_held.next(true);
      read.read_address.next(index(ar.payload.addr));
    });
    m.when(r.fire, () => {
      read.read_valid.next(false);
    });
    m.when(reads, () => {
      read.read_address_held.next(false);
      read.read_valid.next(true);
      read.read_response.next(okay);
      m.match(
        read.read_address,
        map.registers.map((register): [number, () => void] => [
          register.offset / 4,
          () => {
            m.doc(register.name);
            read.read_data.next(readBits(register, value[register.name], readable));
          },
        ]),
        () => {
          read.read_data.next(0);
          read.read_response.next(slaveError);
        },
      );
    });
  },
});

/** Registers that have ports: constants have none. */
function portsOf({ registers }: RegisterMap, access: Access): readonly Register[] {
  return registers.filter(
    (register) => register.access === access && (access !== "ro" || register.value === undefined),
  );
}

/** A write that takes effect. */
interface WriteRequest {
  readonly writes: Bool;
  /** Ones in the bytes that are written. */
  readonly strobed: Bits;
  /** Of the word. */
  readonly address: UInt;
  readonly data: Bits;
}

function hits({ writes, address }: WriteRequest, { offset }: Register): Bool {
  return writes.and(address.eq(offset / 4));
}

type Held = Ports<Handle<BitsKind, "set">>;

/** `rw`: a register that keeps what is written to its fields. */
function keepRegisters(
  m: ModuleBuilder,
  map: RegisterMap,
  { held, request }: { readonly held: Held; readonly request: WriteRequest },
): readonly (readonly [string, Bits])[] {
  return portsOf(map, "rw").map((register) => {
    const { name, doc, value = 0 } = register;
    const width = registerWidth(register);
    const kept = only(m.regs({ [name]: reg(bits(width), { reset: value, doc }) }), name);
    const mask = masked(request.strobed, register);
    m.when(hits(request, register), () => {
      kept.next(kept.and(mask.not()).or(request.data.slice(0, width).and(mask)));
    });
    only(held, name).set(kept);
    return [name, kept] as const;
  });
}

/** `w1c`: bits that are set by the hardware and stay until software writes 1. */
function stickyRegisters(
  m: ModuleBuilder,
  map: RegisterMap,
  { set, request }: { readonly set: Ports<Bits>; readonly request: WriteRequest },
): readonly (readonly [string, Bits])[] {
  return portsOf(map, "w1c").map((register) => {
    const { name, doc } = register;
    const width = registerWidth(register);
    const sticky = only(m.regs({ [name]: reg(bits(width), { doc }) }), name);
    const cleared = only(m.wires({ [`${name}_cleared`]: wire(bits(width)) }), `${name}_cleared`);
    cleared.set(0);
    m.when(hits(request, register), () => {
      cleared.set(request.data.slice(0, width).and(masked(request.strobed, register)));
    });
    sticky.next(sticky.and(cleared.not()).or(only(set, name)));
    return [name, sticky] as const;
  });
}

/** `wo`: a written 1 is there for one cycle. */
function pulseRegisters(
  m: ModuleBuilder,
  map: RegisterMap,
  { pulse, request }: { readonly pulse: Held; readonly request: WriteRequest },
): void {
  for (const register of portsOf(map, "wo")) {
    const { name, doc } = register;
    const width = registerWidth(register);
    const pulsed = only(m.regs({ [name]: reg(bits(width), { doc }) }), name);
    pulsed.next(0);
    m.when(hits(request, register), () => {
      pulsed.next(request.data.slice(0, width).and(masked(request.strobed, register)));
    });
    only(pulse, name).set(pulsed);
  }
}

/**
 * Hands writes to windows on, the cycle after they take effect: address and data stay until then. A write has to be of
 * all four bytes. Gives whether the address that is written is such a one.
 */
function windowWrites(
  m: ModuleBuilder,
  windows: readonly Window[],
  {
    window,
    request,
    strobes,
  }: {
    readonly window: Ports<Handle<PartWrite, "set">>;
    readonly request: WriteRequest;
    readonly strobes: Bits;
  },
): readonly Bool[] {
  const { writes, address, data } = request;
  return windows.map(({ name, offset, size, doc, ...memory }) => {
    const low = Math.log2(size) - 2;
    const { addressBits } = wordParts(memory);
    const above = address
      .asBits()
      .slice(low, address.width - low)
      .asUInt();
    const hit = above.eq(offset / size).and(strobes.eq(2 ** strobes.width - 1));
    const written = only(m.regs({ [`${name}_written`]: reg(bool, { doc }) }), `${name}_written`);
    written.next(writes.and(hit));
    only(window, name).set({
      write: written,
      address: address.asBits().slice(0, addressBits).asUInt(),
      data,
    });
    return hit;
  });
}

/** The bits of a register that a write changes. */
function masked(strobed: Bits, register: Register): Bits {
  const width = registerWidth(register);
  const mask = fieldMask(register);
  return mask === 2 ** width - 1 ? strobed.slice(0, width) : strobed.slice(0, width).and(mask);
}

/** What a register reads, as 32 bits. */
function readBits(register: Register, value: UInt | undefined, readable: ReadonlyMap<string, Bits>): Bits {
  const { access, name } = register;
  if (access === "wo") return valueOf(bits(32), 0);
  if (access === "ro" && register.value !== undefined) return valueOf(bits(32), register.value);
  const own = readable.get(name) ?? value?.asBits();
  if (own === undefined) throw new Error(`register ${name} reads nothing`);
  return own.width === 32 ? own : cat(valueOf(bits(32 - own.width), 0), own);
}

/** An AXI4-Lite slave with the registers of a map. Ports and cycles: `RegisterSlavePorts`, `registerSlaveLatency`. */
export const registerSlave: (map: RegisterMap) => Hardware<RegisterSlavePorts> = define;
