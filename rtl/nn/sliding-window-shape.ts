import { SluiceError } from "../../src/error.ts";
import { checkInteger } from "../parameters.ts";

/**
 * What windows are cut out of which feature map. A map is streamed row by row, channels innermost; lists go row before
 * column.
 */
export interface WindowParams {
  /**
   * Rows of the feature map.
   * @min 1
   * @max 4096
   */
  readonly height: number;
  /**
   * Columns of the feature map.
   * @min 1
   * @max 4096
   */
  readonly width: number;
  /**
   * Channels of a pixel.
   * @min 1
   * @max 65536
   */
  readonly channels: number;
  /**
   * Channels of a pixel in a beat. Divides the channels.
   * @min 1
   */
  readonly simd: number;
  /** Kernel height and width: [KY, KX]. */
  readonly kernel: readonly number[];
  /**
   * Bits of a channel's value.
   * @min 1
   * @max 32
   * @default 1
   */
  readonly bits?: number | undefined;
  /**
   * Pixels from one window to the next: [SY, SX].
   * @default [1,1]
   */
  readonly stride?: readonly number[] | undefined;
  /**
   * Pixels from one tap of the kernel to the next: [DY, DX].
   * @default [1,1]
   */
  readonly dilation?: readonly number[] | undefined;
  /**
   * Rows and columns of padding around the map: [top, left, bottom, right].
   * @default [0,0,0,0]
   */
  readonly padding?: readonly number[] | undefined;
  /**
   * What every channel of a padded pixel holds, as its bits: 0 is the value -1 in a binarized map.
   * @default 0
   */
  readonly padValue?: number | undefined;
}

/** A windowing with everything resolved. Words are beats at the input: `simd` channels of one pixel. */
export interface WindowShape {
  readonly height: number;
  readonly width: number;
  /** Bits of a word. */
  readonly wordBits: number;
  /** Words of a pixel. */
  readonly words: number;
  readonly kernelY: number;
  readonly kernelX: number;
  readonly strideY: number;
  readonly strideX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  /** A word of a padded pixel. */
  readonly padWord: bigint;
  /** Windows in a column and in a row: the output map. */
  readonly outHeight: number;
  readonly outWidth: number;
  /** Words of a map. */
  readonly inputWords: number;
  /** Words of all windows of a map. */
  readonly outputWords: number;
}

/**
 * Resolves and checks a windowing; `where` names the generator in errors.
 *
 * @throws SluiceError `parameter-out-of-range`, `bad-window`, `folding-does-not-divide`.
 */
export function windowShape(where: string, params: WindowParams): WindowShape {
  const { height, width, channels, simd, bits = 1, padValue = 0 } = params;
  checkInteger({ where: `${where}.height`, value: height }, 1, 4096);
  checkInteger({ where: `${where}.width`, value: width }, 1, 4096);
  checkInteger({ where: `${where}.channels`, value: channels }, 1, 65_536);
  checkInteger({ where: `${where}.bits`, value: bits }, 1, 32);
  checkInteger({ where: `${where}.padValue`, value: padValue }, 0, 2 ** bits - 1);
  checkInteger({ where: `${where}.simd`, value: simd }, 1, channels);
  if (channels % simd !== 0) {
    throw new SluiceError(
      "folding-does-not-divide",
      `SIMD = ${String(simd)} does not divide the ${String(channels)} channels`,
      { where, hint: "give a SIMD that divides the number of channels" },
    );
  }
  const [kernelY, kernelX] = pair(`${where}.kernel`, params.kernel);
  const [strideY, strideX] = pair(`${where}.stride`, params.stride ?? [1, 1]);
  const [dilationY, dilationX] = pair(`${where}.dilation`, params.dilation ?? [1, 1]);
  const padding = params.padding ?? [0, 0, 0, 0];
  const [top = 0, left = 0, bottom = 0, right = 0] = padding;
  checkLength(`${where}.padding`, padding, "top, left, bottom, right");
  for (const value of padding) checkInteger({ where: `${where}.padding`, value }, 0, 255);
  const outHeight = windowsAlong(where, "rows", height + top + bottom, {
    span: (kernelY - 1) * dilationY + 1,
    stride: strideY,
  });
  const outWidth = windowsAlong(where, "columns", width + left + right, {
    span: (kernelX - 1) * dilationX + 1,
    stride: strideX,
  });
  const words = channels / simd;
  return {
    height,
    width,
    wordBits: simd * bits,
    words,
    kernelY,
    kernelX,
    strideY,
    strideX,
    dilationY,
    dilationX,
    top,
    left,
    bottom,
    right,
    padWord: repeated(padValue, bits, simd),
    outHeight,
    outWidth,
    inputWords: height * width * words,
    outputWords: outHeight * outWidth * kernelY * kernelX * words,
  };
}

/** `value` in each of `count` fields of `width` bits. */
export function repeated(value: number | bigint, width: number, count: number): bigint {
  // A 1 in each field is a geometric series; most words are of zeros, and there is nothing to divide.
  if (BigInt(value) === 0n) return 0n;
  const ones = ((1n << BigInt(width * count)) - 1n) / ((1n << BigInt(width)) - 1n);
  return BigInt(value) * ones;
}

function pair(where: string, values: readonly number[]): readonly [number, number] {
  checkLength(where, values, "rows, columns");
  for (const value of values) checkInteger({ where, value }, 1, 255);
  const [y = 1, x = 1] = values;
  return [y, x];
}

function checkLength(where: string, values: readonly number[], names: string): void {
  const count = names.split(", ").length;
  if (values.length === count) return;
  throw new SluiceError(
    "bad-window",
    `${where} has ${String(values.length)} numbers instead of ${String(count)}`,
    { where, hint: `give [${names}]` },
  );
}

function windowsAlong(
  where: string,
  what: string,
  padded: number,
  { span, stride }: { span: number; stride: number },
): number {
  if (span <= padded) return Math.floor((padded - span) / stride) + 1;
  throw new SluiceError(
    "bad-window",
    `a kernel over ${String(span)} ${what} is larger than the padded map with ${String(padded)}`,
    { where, hint: "make kernel or dilation smaller, or the padding larger" },
  );
}
