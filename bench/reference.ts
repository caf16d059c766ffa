/**
 * Images per second of the software reference against a bit-packed C loop, on one core:
 *
 *     npx tsx bench/reference.ts
 *
 * In CPU seconds, by turns. The C loop is compiled here, for this machine. It starts from packed bits and stops at the
 * class; the reference starts from pixels. Both must name the same classes.
 */
import { binarise, randomNetwork, type BitMatrix } from "../src/network/index.ts";
import { Random } from "../src/random.ts";
import { againstLoop } from "./c-loop.ts";
import { report } from "./measure.ts";

const networks = [
  { name: "sfc", shape: [784, 256, 256, 256, 10], images: 40_000 },
  { name: "lfc", shape: [784, 1024, 1024, 1024, 10], images: 10_000 },
];

const source = String.raw`
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { int inputs, outputs, words; uint64_t *weights; int32_t *thresholds; } layer;

static int matches(const layer *l, const uint64_t *x, int row) {
  const uint64_t *w = l->weights + (size_t)row * l->words;
  int differences = 0;
  for (int i = 0; i < l->words; i++) differences += __builtin_popcountll(x[i] ^ w[i]);
  return l->inputs - differences;
}

static int classify(const layer *layers, int count, const uint64_t *x) {
  uint64_t bits[2][64];
  for (int i = 0; i < count - 1; i++) {
    const layer *l = &layers[i];
    uint64_t *y = bits[i & 1];
    for (int row = 0; row < l->outputs; row += 64) {
      uint64_t word = 0;
      for (int b = 0; b < 64 && row + b < l->outputs; b++)
        word |= (uint64_t)(matches(l, x, row + b) >= l->thresholds[row + b]) << b;
      y[row / 64] = word;
    }
    x = y;
  }
  int best = 0, most = -1;
  for (int row = 0; row < layers[count - 1].outputs; row++) {
    int score = matches(&layers[count - 1], x, row);
    if (score > most) { most = score; best = row; }
  }
  return best;
}

static void *take(FILE *file, size_t bytes) {
  void *data = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (fread(data, 1, bytes, file) != bytes) exit(1);
  return data;
}

int main(int argc, char **argv) {
  FILE *in = fopen(argv[1], "rb");
  int32_t *head = take(in, 8), count = head[0], images = head[1];
  layer layers[16];
  for (int i = 0; i < count; i++) {
    int32_t *size = take(in, 8);
    int words = (size[0] + 63) / 64;
    layers[i] = (layer){size[0], size[1], words, take(in, 8 * (size_t)words * size[1]), take(in, 4 * (size_t)size[1])};
  }
  uint64_t *x = take(in, 8 * (size_t)layers[0].words * images);
  uint8_t *labels = malloc(images);
  struct timespec start, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (int i = 0; i < images; i++) labels[i] = classify(layers, count, x + (size_t)i * layers[0].words);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  FILE *out = fopen(argv[2], "wb");
  fwrite(labels, 1, images, out);
  fclose(out);
  printf("%.9f", (end.tv_sec - start.tv_sec) + 1e-9 * (end.tv_nsec - start.tv_nsec));
}
`;

/** Rows of 32-bit words, each row padded to whole 64-bit words. */
function rowsOf64({ rows, wordsPerRow, words }: BitMatrix): Uint32Array {
  const stride = wordsPerRow + (wordsPerRow % 2);
  const padded = new Uint32Array(rows * stride);
  for (let r = 0; r < rows; r++) {
    padded.set(words.subarray(r * wordsPerRow, (r + 1) * wordsPerRow), r * stride);
  }
  return padded;
}

report(
  networks.map(({ name, shape, images }) => {
    const network = randomNetwork({ name, shape, seed: 1 });
    const random = new Random(2);
    const pixels = Uint8Array.from({ length: images * 784 }, () => random.below(256));
    const parts: ArrayBufferView[] = [Int32Array.of(network.layers.length, images)];
    for (const { inputs, outputs, weights, thresholds } of network.layers) {
      parts.push(Int32Array.of(inputs, outputs), rowsOf64(weights), thresholds ?? new Int32Array(outputs));
    }
    parts.push(rowsOf64(binarise(pixels, network.input)));
    return againstLoop(network, pixels, images, { source, parts });
  }),
);
