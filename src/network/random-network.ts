import { Random } from "../random.ts";
import { bitMatrix, paddingMask, type BitMatrix } from "./bits.ts";
import { checkNetwork } from "./check.ts";
import type { DenseLayer, DenseNetwork } from "./model.ts";

/**
 * A dense network of random weights, for tests and benches. The thresholds lie around half of the inputs,
 * so that activations are mixed; the last layer ends in raw accumulators, read out by argmax.
 *
 * @param options.shape Bits of the input, then the outputs of each layer, e.g. [784, 256, 256, 256, 10].
 * @param options.seed The same seed gives the same network.
 * @throws SluiceError those of `checkNetwork`.
 */
export function randomNetwork({
  name,
  shape,
  seed,
}: {
  readonly name: string;
  readonly shape: readonly number[];
  readonly seed: number;
}): DenseNetwork {
  const random = new Random(seed);
  const [bits = 0, ...widths] = shape;
  const layers = widths.map((outputs, index): DenseLayer => {
    const inputs = shape[index] ?? 0;
    const isLast = index === widths.length - 1;
    const spread = Math.ceil(Math.sqrt(inputs));
    const threshold = (): number =>
      Math.min(inputs + 1, Math.max(0, (inputs >> 1) - spread + random.below(2 * spread + 1)));
    return {
      kind: "dense",
      name: `dense${index}`,
      inputs,
      outputs,
      weights: randomBits(random, outputs, inputs),
      thresholds: isLast ? undefined : Int32Array.from({ length: outputs }, threshold),
    };
  });
  const classes = widths.at(-1) ?? 0;
  const network: DenseNetwork = {
    name,
    input: { shape: [bits], encoding: "binary-threshold", threshold: 128, bits },
    layers,
    readout: { kind: "argmax", classes },
    labels: Array.from({ length: classes }, (_, label) => String(label)),
  };
  checkNetwork(network, name);
  return network;
}

/** A matrix of random bits. */
export function randomBits(random: Random, rows: number, columns: number): BitMatrix {
  const matrix = bitMatrix(rows, columns);
  const { words, wordsPerRow } = matrix;
  for (let word = 0; word < words.length; word++) {
    const isLastOfRow = word % wordsPerRow === wordsPerRow - 1;
    words[word] = random.next() & (isLastOfRow ? ~paddingMask(columns) : -1);
  }
  return matrix;
}
