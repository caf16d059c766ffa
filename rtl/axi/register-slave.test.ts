import { expect, test } from "vitest";
import { LiteMaster } from "../../sim/axi/index.ts";
import { simulatorsOf } from "../../sim/simulators.ts";
import { elaborate } from "../../src/hdl/index.ts";
import { Random } from "../../src/random.ts";
import type { Simulator } from "../../src/simulate/simulator.ts";
import {
  fieldMask,
  registerWidth,
  type Access,
  type Field,
  type Register,
  type RegisterMap,
} from "./register-map.ts";
import { registerSlave } from "./register-slave.ts";

const accesses: readonly Access[] = ["ro", "rw", "w1c", "wo"];

function randomFields(random: Random): Field[] {
  const fields: Field[] = [];
  for (let lsb = random.below(4); lsb < 32 && fields.length < 5;) {
    const width = 1 + random.below(Math.min(12, 32 - lsb));
    fields.push({ name: `f${String(fields.length)}`, lsb, width, doc: "bits" });
    lsb += width + random.below(9);
  }
  return fields;
}

/** Registers of every access, some constants, with gaps between them. */
function randomMap(random: Random): RegisterMap {
  const registers: Register[] = [];
  for (let offset = 4 * random.below(2); registers.length < 10; offset += 4 * (1 + random.below(3))) {
    const access = accesses[registers.length < 4 ? registers.length : random.below(4)] ?? "ro";
    const fields = random.below(3) === 0 ? [] : randomFields(random);
    const register = { name: `r${String(registers.length)}`, offset, access, fields, doc: "a register" };
    const constant = access === "ro" && registers.length > 4 && random.below(2) === 0;
    const value = (random.next() & fieldMask(register)) >>> 0;
    registers.push(access === "rw" || constant ? { ...register, value } : register);
  }
  return { name: "random", doc: "Random registers.", addressBits: 7 + random.below(3), registers };
}

/** What a register map means, write by write and read by read, in the predicted cycles. */
class Model {
  readonly state = new Map<string, number>();
  pulses = new Map<string, number>();
  address: number | undefined;
  data: { readonly data: number; readonly strobe: number } | undefined;
  response: number | undefined;
  readAddress: number | undefined;
  readData: { readonly data: number; readonly resp: number } | undefined;
  readonly #map: RegisterMap;

  constructor(map: RegisterMap) {
    this.#map = map;
    for (const { name, access, value = 0 } of map.registers)
      if (access === "rw" || access === "w1c") this.state.set(name, value);
  }

  at(address: number): Register | undefined {
    return this.#map.registers.find(({ offset }) => offset === (address & ~3));
  }

  /** A write that takes effect in this tick: the register and the bits that it writes, as a mask and as ones. */
  write(): { register: Register | undefined; mask: number; ones: number } | undefined {
    const { address, data } = this;
    if (address === undefined || data === undefined) return undefined;
    const register = this.at(address);
    const bytes = [0, 1, 2, 3].filter((byte) => ((data.strobe >> byte) & 1) === 1);
    const strobed = bytes.reduce((mask, byte) => (mask | (0xff << (8 * byte))) >>> 0, 0);
    const mask = register === undefined ? 0 : (strobed & fieldMask(register)) >>> 0;
    return { register, mask, ones: (data.data & mask) >>> 0 };
  }

  read(inputs: ReadonlyMap<string, number>): { data: number; resp: number } {
    const register = this.at(this.readAddress ?? 0);
    if (register === undefined) return { data: 0, resp: 2 };
    const { name, access, value } = register;
    if (access === "wo") return { data: 0, resp: 0 };
    const own = access === "ro" ? (value ?? inputs.get(name)) : this.state.get(name);
    return { data: own ?? 0, resp: 0 };
  }
}

/** Cheaper than an expectation, which is made only of what differs. */
function same(where: string, is: unknown, should: unknown): void {
  if (is !== should) expect(is, where).toBe(should);
}

function one(limb: number): Uint32Array {
  return Uint32Array.of(limb >>> 0);
}

/** Random accesses, and everything that comes out compared in every tick. Gives how many were answered. */
function hammer(simulator: Simulator, map: RegisterMap, random: Random, ticks: number): number {
  simulator.reset();
  const bus = new LiteMaster(simulator, "s_axi", random);
  const model = new Model(map);
  const anyAddress = (): number =>
    random.below(8) === 0
      ? random.below(2 ** map.addressBits)
      : (map.registers[random.below(map.registers.length)]?.offset ?? 0) +
        (random.below(4) === 0 ? random.below(4) : 0);
  const live = map.registers.filter(({ access, value }) => access === "ro" && value === undefined);
  const sticky = map.registers.filter(({ access }) => access === "w1c");
  let answered = 0;
  for (let tick = 0; tick < ticks; tick++) {
    if (tick % 50 === 0)
      for (const channel of [bus.aw, bus.w, bus.b, bus.ar, bus.r])
        channel.stall = [0, 0, 0.3, 0.6, 0.9][random.below(5)] ?? 0;
    // Addresses and data are queued apart, so that either runs ahead.
    if (bus.aw.pending < 4) bus.aw.push({ addr: BigInt(anyAddress()), prot: random.bits(3) });
    if (bus.w.pending < 4) bus.w.push({ data: random.bits(32), strb: random.bits(4) });
    if (bus.ar.pending < 4) bus.ar.push({ addr: BigInt(anyAddress()), prot: random.bits(3) });
    const inputs = new Map(
      live.map((register) => [register.name, Number(random.bits(registerWidth(register)))]),
    );
    const sets = new Map(
      sticky.map(({ name, ...rest }) => {
        const width = registerWidth({ name, ...rest });
        return [name, random.below(8) === 0 ? Number(random.bits(width)) : 0];
      }),
    );
    for (const [name, value] of inputs) simulator.poke(`value_${name}`, one(value));
    for (const [name, value] of sets) simulator.poke(`set_${name}`, one(value));
    bus.drive();
    const moves = bus.observe();

    same("bvalid", simulator.peek("s_axi_bvalid")[0], Number(model.response !== undefined));
    same("rvalid", simulator.peek("s_axi_rvalid")[0], Number(model.readData !== undefined));
    if (moves.b !== undefined) same("bresp", Number(moves.b["resp"]), model.response);
    if (moves.r !== undefined) {
      same("rdata", Number(moves.r["data"]), model.readData?.data);
      same("rresp", Number(moves.r["resp"]), model.readData?.resp);
    }
    for (const { name, access } of map.registers) {
      if (access === "rw") same(`held_${name}`, simulator.peek(`held_${name}`)[0], model.state.get(name));
      if (access === "wo")
        same(`pulse_${name}`, simulator.peek(`pulse_${name}`)[0], model.pulses.get(name) ?? 0);
    }

    const write = model.response === undefined || moves.b !== undefined ? model.write() : undefined;
    const reads = model.readAddress !== undefined && (model.readData === undefined || moves.r !== undefined);
    const read = reads ? model.read(inputs) : undefined;
    if (moves.b !== undefined) model.response = undefined;
    if (moves.r !== undefined) model.readData = undefined;
    model.pulses = new Map();
    if (write !== undefined) {
      const { register, mask, ones } = write;
      const { name = "", access = "ro" } = register ?? {};
      const old = model.state.get(name) ?? 0;
      if (access === "rw") model.state.set(name, ((old & ~mask) | ones) >>> 0);
      if (access === "w1c") model.state.set(name, (old & ~ones) >>> 0);
      if (access === "wo") model.pulses.set(name, ones);
      model.response = access === "ro" ? 2 : 0;
      [model.address, model.data] = [undefined, undefined];
      answered++;
    }
    for (const [name, bits] of sets) model.state.set(name, ((model.state.get(name) ?? 0) | bits) >>> 0);
    if (read !== undefined) {
      [model.readData, model.readAddress] = [read, undefined];
      answered++;
    }
    if (moves.aw !== undefined) model.address = Number(moves.aw["addr"]);
    if (moves.w !== undefined)
      model.data = { data: Number(moves.w["data"]), strobe: Number(moves.w["strb"]) };
    if (moves.ar !== undefined) model.readAddress = Number(moves.ar["addr"]);
    simulator.step();
  }
  return answered;
}

test("random registers under every order of addresses, data, strobes and stalls, in both simulators", async () => {
  const maps = Array.from({ length: 16 }, (_, seed) => randomMap(new Random(seed)));
  const designs = maps.map((map, i) =>
    elaborate(registerSlave(map), { reset: { active: i % 2 === 0 ? "high" : "low" } }),
  );
  const native = await simulatorsOf(designs, "native");
  const verilator = await simulatorsOf(designs.slice(0, 2), "verilator");
  let answered = 0;
  for (const [i, map] of maps.entries()) {
    for (const start of [native[i], verilator[i]]) {
      if (start === undefined) continue;
      const simulator = start();
      answered += hammer(simulator, map, new Random(1000 + i), 600);
      simulator.close();
    }
  }
  expect(answered).toBeGreaterThan(5000);
}, 60_000);

test("a map that means nothing is refused", () => {
  const map = randomMap(new Random(1));
  const [first, second, ...rest] = map.registers;
  if (first === undefined || second === undefined) throw new Error("no registers");
  const overlaps = { name: "g", lsb: 0, width: 3, doc: "" };
  for (const registers of [
    [first, { ...second, offset: first.offset }],
    [first, { ...second, name: first.name }],
    [first, { ...second, offset: second.offset + 1 }],
    [{ ...first, name: "Upper" }, second],
    [{ ...first, fields: [overlaps, { ...overlaps, name: "h" }] }, second],
    [first, { ...second, offset: 2 ** map.addressBits }],
  ])
    expect(() => registerSlave({ ...map, registers: [...registers, ...rest] })).toThrow(
      /register map of random/,
    );
});
