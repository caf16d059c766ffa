/**
 * Images per second of the software reference on CNV against a bit-packed C loop, on one core:
 *
 *     npx tsx bench/reference-cnv.ts
 *
 * In CPU seconds, by turns. The C loop is compiled here, for this machine. It starts from signed bytes and stops at
 * the class; the reference starts from pixels. Both must name the same classes.
 */
import { cnv, encode, type Layer } from "../src/network/index.ts";
import { Random } from "../src/random.ts";
import { againstLoop } from "./c-loop.ts";
import { report } from "./measure.ts";

const images = 300;

const source = String.raw`
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Channels are whole 64-bit words everywhere, so a 3 x 3 window is three runs of words.
enum { BYTES, CONV, POOL, DENSE };
typedef struct { int kind, size, channels, rows, words; void *weights; int32_t *thresholds; } layer;

static uint64_t maps[2][30 * 30 * 4];

static int matches(const uint64_t *w, const uint64_t *x, int words) {
  int differences = 0;
  for (int i = 0; i < words; i++) differences += __builtin_popcountll(x[i] ^ w[i]);
  return 64 * words - differences;
}

static void rows_of_bits(const layer *l, const uint64_t *x, uint64_t *y) {
  const uint64_t *w = l->weights;
  for (int row = 0; row < l->rows; row += 64) {
    uint64_t word = 0;
    for (int b = 0; b < 64; b++, w += l->words)
      word |= (uint64_t)(matches(w, x, l->words) >= l->thresholds[row + b]) << b;
    y[row / 64] = word;
  }
}

static void rows_of_bytes(const layer *l, const int8_t *x, uint64_t *y) {
  const int8_t *w = l->weights;
  for (int row = 0; row < l->rows; row += 64) {
    uint64_t word = 0;
    for (int b = 0; b < 64; b++, w += 27) {
      int sum = 0;
      for (int i = 0; i < 27; i++) sum += x[i] * w[i];
      word |= (uint64_t)(sum >= l->thresholds[row + b]) << b;
    }
    y[row / 64] = word;
  }
}

static int classify(const layer *layers, int count, const int8_t *image) {
  const uint64_t *x = NULL;
  for (int i = 0; i < count - 1; i++) {
    const layer *l = &layers[i];
    uint64_t *y = maps[i & 1], *next = y;
    int in = l->channels / 64, out = l->rows / 64, n = l->size;
    if (l->kind == BYTES) {
      int8_t window[27];
      for (int r = 0; r < n - 2; r++)
        for (int c = 0; c < n - 2; c++, next += out) {
          for (int k = 0; k < 3; k++) memcpy(window + 9 * k, image + ((r + k) * n + c) * 3, 9);
          rows_of_bytes(l, window, next);
        }
    } else if (l->kind == CONV) {
      uint64_t window[9 * 4];
      for (int r = 0; r < n - 2; r++)
        for (int c = 0; c < n - 2; c++, next += out) {
          for (int k = 0; k < 3; k++) memcpy(window + 3 * in * k, x + ((r + k) * n + c) * in, 24 * in);
          rows_of_bits(l, window, next);
        }
    } else if (l->kind == POOL) {
      for (int r = 0; r < n / 2; r++)
        for (int c = 0; c < n / 2; c++)
          for (int k = 0; k < in; k++, next++) {
            const uint64_t *p = x + (2 * r * n + 2 * c) * in + k;
            *next = p[0] | p[in] | p[n * in] | p[(n + 1) * in];
          }
    } else rows_of_bits(l, x, y);
    x = y;
  }
  const layer *last = &layers[count - 1];
  int best = 0, most = -1;
  for (int row = 0; row < last->rows; row++) {
    int score = matches((const uint64_t *)last->weights + (size_t)row * last->words, x, last->words);
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
    int32_t *h = take(in, 16);
    layer *l = &layers[i];
    *l = (layer){.kind = h[0], .size = h[1], .channels = h[2], .rows = h[3]};
    if (l->kind == POOL) continue;
    l->words = (l->kind == CONV ? 9 : 1) * l->channels / 64;
    l->weights = take(in, l->kind == BYTES ? 27 * (size_t)l->rows : 8 * (size_t)l->words * l->rows);
    l->thresholds = take(in, 4 * (size_t)l->rows);
  }
  int8_t *x = take(in, 3072 * (size_t)images);
  uint8_t *labels = malloc(images);
  struct timespec start, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
  for (int i = 0; i < images; i++) labels[i] = classify(layers, count, x + (size_t)i * 3072);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  FILE *out = fopen(argv[2], "wb");
  fwrite(labels, 1, images, out);
  fclose(out);
  printf("%.9f", (end.tv_sec - start.tv_sec) + 1e-9 * (end.tv_nsec - start.tv_nsec));
}
`;

/** A layer as the C program reads it: kind, size and channels of its input, rows; weights; thresholds. */
function forC(layer: Layer, index: number): ArrayBufferView[] {
  if (layer.kind === "max-pool") {
    return [Int32Array.of(2, layer.input.height, layer.input.channels, layer.input.channels)];
  }
  if (layer.kind !== "conv" && layer.kind !== "dense") throw new Error(`CNV has no ${layer.kind} layer`);
  const { weights, thresholds = new Int32Array(layer.weights.rows) } = layer;
  const { rows, columns, wordsPerRow, words } = weights;
  if (layer.kind === "dense") return [Int32Array.of(3, 1, columns, rows), words, thresholds];
  const { height, channels } = layer.input;
  if (index > 0) return [Int32Array.of(1, height, channels, rows), words, thresholds];
  const bit = (at: number): number => {
    const column = at % columns;
    return ((words[Math.floor(at / columns) * wordsPerRow + (column >> 5)] ?? 0) >>> (column & 31)) & 1;
  };
  const bytes = Int8Array.from({ length: rows * columns }, (_, at) => 2 * bit(at) - 1);
  return [Int32Array.of(0, height, channels, rows), bytes, thresholds];
}

const network = cnv({ seed: 1 });
const random = new Random(2);
const pixels = Uint8Array.from({ length: images * 3072 }, () => random.below(256));
const encoded = encode(pixels, network.input);
if (!("values" in encoded)) throw new Error("CNV takes signed bytes");
const head = Int32Array.of(network.layers.length, images);
const parts = [head, ...network.layers.flatMap(forC), encoded.values];
report([againstLoop(network, pixels, images, { source, parts })]);
