import { SluiceError } from "../../src/error.ts";

/**
 * What software may do with a register.
 * `ro`: read. `rw`: read and write. `w1c`: sticky bits, read; writing a 1 clears. `wo`: a written 1 is a pulse of one
 * cycle; reads as 0.
 */
export type Access = "ro" | "rw" | "w1c" | "wo";

/** Bits of a register that mean something for themselves. */
export interface Field {
  /** An identifier in lower case, as all names here. */
  readonly name: string;
  /** Least significant bit. */
  readonly lsb: number;
  /** Bits. */
  readonly width: number;
  readonly doc: string;
}

/** A register of 32 bits. */
export interface Register {
  readonly name: string;
  /** Bytes from the base address, a multiple of 4. */
  readonly offset: number;
  readonly access: Access;
  /** None where the whole register is one number. Bits of no field read as 0. */
  readonly fields: readonly Field[];
  /** Of `ro`: a constant of this accelerator. Of `rw`: after a reset, 0 where not given. */
  readonly value?: number;
  readonly doc: string;
}

/** Addresses through which software writes a memory, 32 bits at a time; they cannot be read. */
export interface Window {
  readonly name: string;
  /** Bytes from the base address, a multiple of the size. */
  readonly offset: number;
  /** Bytes: a power of two, at least 4. */
  readonly size: number;
  /** Words of the memory. */
  readonly words: number;
  /** Bits of each. */
  readonly width: number;
  /** Bytes from one word to the next; in each, 32 bits after 32 bits, the lowest first. */
  readonly stride: number;
  readonly doc: string;
}

/** All that hardware, driver, header and documentation are made from. Plain data. */
export interface RegisterMap {
  /** What the registers are of. */
  readonly name: string;
  readonly doc: string;
  /** Bits of a byte address: the window is 2^addressBits bytes. */
  readonly addressBits: number;
  /** By offset. */
  readonly registers: readonly Register[];
  /** By offset, behind all registers. */
  readonly windows?: readonly Window[];
}

/** Bits of a register that are there: from bit 0 to the end of its last field. */
export function registerWidth({ fields }: Register): number {
  return fields.length === 0 ? 32 : Math.max(...fields.map(({ lsb, width }) => lsb + width));
}

/** The bits of all fields. */
export function fieldMask({ fields }: Register): number {
  if (fields.length === 0) return 0xffff_ffff;
  return fields.reduce((mask, field) => (mask | maskOf(field)) >>> 0, 0);
}

export function maskOf({ lsb, width }: Field): number {
  return Number(((1n << BigInt(width)) - 1n) << BigInt(lsb));
}

const identifier = /^[a-z][a-z0-9_]*$/;

/**
 * Holds a map to what it means.
 *
 * @throws SluiceError `register-map-invalid`.
 */
export function checkRegisterMap(map: RegisterMap): void {
  const fail = (where: string, message: string): never => {
    throw new SluiceError("register-map-invalid", `register map of ${map.name}: ${where} ${message}`, {
      where,
      hint: "registers have distinct names and offsets, a multiple of 4 each; fields are distinct bits of 32",
    });
  };
  const names = new Set<string>();
  let free = 0;
  for (const register of map.registers) {
    const { name, offset, fields, value = 0 } = register;
    if (!identifier.test(name)) fail(name, "is no identifier in lower case");
    if (names.has(name)) fail(name, "is there twice");
    names.add(name);
    if (offset % 4 !== 0 || offset < free) fail(name, "has an offset that is taken, not in order, or odd");
    free = offset + 4;
    if (free > 2 ** map.addressBits) fail(name, "lies outside of the window");
    let taken = 0n;
    for (const field of fields) {
      const mask = BigInt(maskOf(field));
      if (!identifier.test(field.name)) fail(`${name}.${field.name}`, "is no identifier in lower case");
      if (field.width < 1 || field.lsb < 0 || field.lsb + field.width > 32 || (taken & mask) !== 0n)
        fail(`${name}.${field.name}`, "is no bits of its own");
      taken |= mask;
    }
    if (value < 0 || value > 0xffff_ffff || !Number.isInteger(value)) fail(name, "has no value of 32 bits");
  }
  for (const { name, offset, size } of map.windows ?? []) {
    if (!identifier.test(name)) fail(name, "is no identifier in lower case");
    if (names.has(name)) fail(name, "is there twice");
    names.add(name);
    if (size < 4 || !Number.isInteger(Math.log2(size))) fail(name, "has a size that is no power of two");
    if (offset % size !== 0 || offset < free) fail(name, "has an offset that is taken, not in order, or odd");
    free = offset + size;
    if (free > 2 ** map.addressBits) fail(name, "lies outside of the window");
  }
}
