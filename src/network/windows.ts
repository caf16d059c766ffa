import type { ConvLayer } from "./model.ts";
import { windows } from "./shapes.ts";

/**
 * The input pixel (y * width + x) of each tap of each window, -1 in the padding: windows in row-major order,
 * taps of each in row-major order.
 */
export function windowSources(
  layer: Pick<ConvLayer, "input" | "kernel" | "stride"> & Partial<Pick<ConvLayer, "dilation" | "padding">>,
): Int32Array {
  const { input, kernel, stride, dilation, padding } = layer;
  const output = windows(layer);
  const sources = new Int32Array(output.height * output.width * kernel.height * kernel.width);
  let next = 0;
  for (let row = 0; row < output.height; row++) {
    for (let column = 0; column < output.width; column++) {
      for (let ky = 0; ky < kernel.height; ky++) {
        for (let kx = 0; kx < kernel.width; kx++) {
          const y = row * stride.height + ky * (dilation?.height ?? 1) - (padding?.top ?? 0);
          const x = column * stride.width + kx * (dilation?.width ?? 1) - (padding?.left ?? 0);
          const isInside = y >= 0 && y < input.height && x >= 0 && x < input.width;
          sources[next++] = isInside ? y * input.width + x : -1;
        }
      }
    }
  }
  return sources;
}
