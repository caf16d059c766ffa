import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import type { FlatDesign, Instance, Net } from "./flatten.ts";
import { isSlotted, limbsFor, slotsOf } from "./layout.ts";
import { SluiceError } from "../error.ts";
import { widthOf } from "../ir/index.ts";
import type { EnumType, Type } from "../ir/index.ts";

/** Time units of a tick; a clock is high in the first half of the tick after its edge. */
const TICK = 10;
const FLUSH_AT = 1 << 16;

/** A variable of the file: a signal, or an element of a vec. */
interface Variable {
  readonly id: string;
  readonly name: string;
  readonly width: number;
  readonly slot: number;
  readonly slots: number;
  readonly labels: EnumType["labels"] | undefined;
}

/**
 * Value change dump of all signals (memories excepted) in the scopes of the hierarchy. Enums are string variables
 * with the label. The file appears under its name when the simulation is closed. IEEE 1364-2005, clause 18; string
 * variables are GTKWave's extension.
 */
export class VcdWriter {
  readonly #path: string;
  readonly #file: number;
  readonly #slots: Int32Array;
  readonly #last: Int32Array;
  readonly #variables: readonly Variable[];
  readonly #clocks: readonly { readonly id: string; readonly period: number }[];
  #text = "";
  #started = false;

  constructor(path: string, flat: FlatDesign, slots: Int32Array, periods: readonly number[]) {
    this.#path = path;
    this.#slots = slots;
    this.#last = new Int32Array(slots.length);
    const header = new Header();
    header.scope(flat.top, flat.top.module.name);
    this.#variables = header.variables;
    this.#clocks = header.clocks.map(({ id, clock }) => ({ id, period: periods[clock] ?? 1 }));
    try {
      this.#file = openSync(this.#partial, "w");
    } catch (cause) {
      throw new SluiceError("trace-not-writable", "the waveform file cannot be written", {
        where: path,
        hint: "give a path in a folder that exists and is writable",
        cause,
      });
    }
    this.#text = `$version Sluice native simulator $end\n$timescale 1ns $end\n${header.text}$enddefinitions $end\n`;
  }

  get #partial(): string {
    return `${this.#path}.partial`;
  }

  /** Values of `tick`, settled, before its edge. */
  sample(tick: number): void {
    this.#changes(tick);
    const high = this.#clocks.filter(({ period }) => tick > 0 && tick % period === 0);
    if (high.length > 0)
      this.#text += `#${String(tick * TICK + TICK / 2)}\n${high.map(({ id }) => `0${id}\n`).join("")}`;
    if (this.#text.length > FLUSH_AT) this.#flush();
  }

  finish(tick: number): void {
    this.#changes(tick);
    this.#text += `#${String((tick + 1) * TICK)}\n`;
    this.#flush();
    closeSync(this.#file);
    renameSync(this.#partial, this.#path);
  }

  #changes(tick: number): void {
    let text = "";
    for (const { id, period } of this.#clocks) {
      if (tick > 0 && tick % period === 0) text += `1${id}\n`;
      else if (!this.#started) text += `0${id}\n`;
    }
    for (const variable of this.#variables)
      if (!this.#started || this.#changed(variable)) text += this.#show(variable);
    this.#last.set(this.#slots);
    if (!this.#started) this.#text += `#0\n$dumpvars\n${text}$end\n`;
    else if (text !== "") this.#text += `#${String(tick * TICK)}\n${text}`;
    this.#started = true;
  }

  #changed({ slot, slots }: Variable): boolean {
    for (let i = slot; i < slot + slots; i++) if (this.#slots[i] !== this.#last[i]) return true;
    return false;
  }

  #show({ id, width, slot, slots, labels }: Variable): string {
    const value = this.#slots[slot] ?? 0;
    if (labels !== undefined) return `s${labels[value] ?? String(value)} ${id}\n`;
    if (width === 1) return `${String(value)}${id}\n`;
    let bits = "";
    for (let i = slots - 1; i >= 0; i--)
      bits += ((this.#slots[slot + i] ?? 0) >>> 0).toString(2).padStart(Math.min(32, width - 32 * i), "0");
    // Leading zeros may be left out.
    return `b${bits.replace(/^0+(?=.)/, "")} ${id}\n`;
  }

  #flush(): void {
    writeSync(this.#file, this.#text);
    this.#text = "";
  }
}

/** Declarations of the file. */
class Header {
  text = "";
  readonly variables: Variable[] = [];
  readonly clocks: { readonly id: string; readonly clock: number }[] = [];
  #count = 0;

  scope(instance: Instance, name: string): void {
    this.text += `$scope module ${name} $end\n`;
    for (const [signal, net] of instance.nets) this.#signal(signal, net);
    for (const [child, inner] of instance.children) this.scope(inner, child);
    this.text += "$upscope $end\n";
  }

  #signal(name: string, net: Net): void {
    if (net.clock === undefined) {
      this.#variable(name, net.type, net.slot);
      return;
    }
    const id = this.#id();
    this.clocks.push({ id, clock: net.clock });
    this.text += `$var wire 1 ${id} ${name} $end\n`;
  }

  #variable(name: string, type: Type, slot: number): void {
    if (isSlotted(type)) {
      const stride = slotsOf(type.element);
      for (let i = 0; i < type.length; i++)
        this.#variable(`${name}[${String(i)}]`, type.element, slot + i * stride);
      return;
    }
    const id = this.#id();
    const width = widthOf(type);
    const labels = type.kind === "enum" ? type.labels : undefined;
    this.variables.push({ id, name, width, slot, slots: limbsFor(width), labels });
    const range = width === 1 || labels !== undefined ? "" : ` [${String(width - 1)}:0]`;
    const kind = labels === undefined ? `wire ${String(width)}` : "string 1";
    this.text += `$var ${kind} ${id} ${name}${range} $end\n`;
  }

  /** The shortest unused name of printable characters. */
  #id(): string {
    let id = "";
    for (let rest = this.#count++; ; rest = Math.floor(rest / 94) - 1) {
      id += String.fromCharCode(33 + (rest % 94));
      if (rest < 94) return id;
    }
  }
}
