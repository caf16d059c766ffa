import { layerRegister, type RegisterMap } from "../../rtl/axi/index.ts";
import type { Plan } from "../plan/index.ts";

/** 32 bits to an address of the registers' window, as bytes from its beginning. */
export type RegisterWrite = readonly [offset: number, value: number];

/**
 * What writes the weights and thresholds of a plan into an accelerator whose memories have the same shape, in order.
 * `registers` are those of the accelerator.
 */
export function weightWrites({ stages }: Plan, { windows = [] }: RegisterMap): readonly RegisterWrite[] {
  return stages.flatMap(({ name, writable }) => {
    if (writable === undefined) return [];
    const window = windows.find((one) => one.name === layerRegister("weights", name));
    if (window?.words !== writable.words || window.width !== writable.width)
      throw new Error(`no window for the weights of ${name}`);
    const { offset, stride, width } = window;
    return writable.contents().flatMap((word, row) =>
      Array.from({ length: Math.ceil(width / 32) }, (_, part): RegisterWrite => {
        const value = (word >> BigInt(32 * part)) & 0xffff_ffffn;
        return [offset + row * stride + 4 * part, Number(value)];
      }),
    );
  });
}
