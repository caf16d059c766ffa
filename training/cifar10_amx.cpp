// The forward and backward pass of CNV's first five convolutions, with pools, batch norm and sign, for x86 processors
// with AMX and AVX-512: what `Classifier.convolutions` in cifar10.py does in plain PyTorch, several times as fast.
//
// Activations are bytes, [image][y][x][channel]. The forward pass is in int8, so its sums are exact whole numbers. The
// gradients are bfloat16, their products are added up in float32. No convolution makes a matrix of windows: a tile of
// AMX takes its 16 positions straight from the activations, and a tap of the kernel is an offset. So positions run over
// the whole grid of the inputs; what comes out beside the grid of the outputs is dropped, and has a gradient of 0.

#include <immintrin.h>
#include <omp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

typedef uint16_t bf16;
const int LAYERS = 5;

struct Shape {
    int in, height, out, pooled, group;  // group: images that the gradient of the weights takes at once
    int outHeight() const { return height - 2; }
    int features() const { return pooled ? outHeight() / 2 : outHeight(); }
};

// The first layer is a 1 x 1 convolution of what im2col made: 27 of 64 inputs, on 30 x 30.
const Shape SHAPES[LAYERS] = {
    {3, 32, 64, 0, 1}, {64, 30, 64, 1, 1}, {64, 14, 128, 0, 4}, {128, 12, 128, 1, 4}, {128, 5, 256, 0, 16}};

template <class T>
T* allocate(size_t count) {
    void* p = std::aligned_alloc(4096, (count * sizeof(T) + 8191) / 4096 * 4096);
    std::memset(p, 0, (count * sizeof(T) + 8191) / 4096 * 4096);
    return static_cast<T*>(p);
}

struct alignas(64) TileConfig {
    uint8_t palette = 1, start = 0, reserved[14] = {};
    uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
    uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

const int STRIDE_PAD = 128;  // positions behind a row of the transposed activations

struct Scratch {
    int32_t* sums;      // 32 positions x 32 channels
    int16_t* unpooled;  // outputs before the pool
    int8_t* columns;    // im2col of the first layer
    bf16* gradient;     // of the sums, on the grid of the inputs, zeros in front
    bf16* pairs;        // the same, two positions interleaved
    bf16* transposed;   // activations, a row for each channel
    float* weights[LAYERS];
    double stats[LAYERS][2][256];
};

struct Layer {
    int8_t* input;  // [n][height * width][in] of +-1 (not of the first layer)
    int16_t* sums;  // after the pool
    uint8_t* largest;
    bf16* gradient;  // of the outputs
    int8_t* packed;
    bf16* packedBack;
    const float* weights;
    float *gamma, *beta, *mean, *var;
    alignas(64) float scale[256], shift[256];    // batch norm: z = sum * scale + shift
    alignas(64) float xScale[256], xShift[256];  // without gamma and beta
};

struct Context {
    int capacity, n;
    int8_t* pixels;
    Layer layers[LAYERS];
    std::vector<Scratch> scratch;
};

inline int transposedStride(int l) {
    const Shape& s = SHAPES[l];
    const int positions = l == 0 ? 900 : s.group * s.height * s.height;
    return (positions + 63) / 64 * 64 + STRIDE_PAD + 32;
}

// ---- forward ----

/** 32 positions (rows of `a`, `stride` bytes apart) times 32 columns of B. */
inline void multiplyForward(const int8_t* a, int stride, int taps, int rowWidth, int chunks, const int8_t* b,
                            int columns, int32_t* sums) {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int tap = 0; tap < taps; tap++) {
        const int8_t* at = a + (size_t)(tap / 3 * rowWidth + tap % 3) * stride;
        for (int k = 0; k < chunks; k++) {
            const int8_t* bt = b + (size_t)(tap * chunks + k) * columns * 1024;
            _tile_loadd(4, at + k * 64, stride);
            _tile_loadd(6, bt, 64);
            _tile_loadd(7, bt + 1024, 64);
            _tile_loadd(5, at + k * 64 + 16 * stride, stride);
            _tile_dpbssd(0, 4, 6);
            _tile_dpbssd(1, 4, 7);
            _tile_dpbssd(2, 5, 6);
            _tile_dpbssd(3, 5, 7);
        }
    }
    _tile_stored(0, sums, 128);
    _tile_stored(1, sums + 16, 128);
    _tile_stored(2, sums + 512, 128);
    _tile_stored(3, sums + 528, 128);
}

void im2col(const int8_t* q, int8_t* columns) {
    for (int y = 0; y < 30; y++)
        for (int x = 0; x < 30; x++) {
            int8_t* to = columns + (y * 30 + x) * 64;
            for (int ky = 0; ky < 3; ky++) std::memcpy(to + 9 * ky, q + ((y + ky) * 32 + x) * 3, 9);
        }
}

void binarize(const int16_t* sums, const float* scale, const float* shift, int positions, int channels, int8_t* to) {
    const __m128i one = _mm_set1_epi8(1), minus = _mm_set1_epi8(-1);
    for (int p = 0; p < positions; p++)
        for (int c = 0; c < channels; c += 16) {
            const __m512 x = _mm512_cvtepi32_ps(
                _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i*)(sums + p * channels + c))));
            const __m512 z = _mm512_fmadd_ps(x, _mm512_load_ps(scale + c), _mm512_load_ps(shift + c));
            const __mmask16 fires = _mm512_cmp_ps_mask(z, _mm512_setzero_ps(), _CMP_GE_OQ);
            _mm_storeu_si128((__m128i*)(to + p * channels + c), _mm_mask_blend_epi8(fires, minus, one));
        }
}

void addStats(const int16_t* sums, int positions, int channels, double (*stats)[256]) {
    for (int c = 0; c < channels; c += 16) {
        __m512 sum = _mm512_setzero_ps(), square = sum;
        for (int p = 0; p < positions; p++) {
            const __m512 x = _mm512_cvtepi32_ps(
                _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i*)(sums + p * channels + c))));
            sum = _mm512_add_ps(sum, x);
            square = _mm512_fmadd_ps(x, x, square);
        }
        alignas(64) float s[16], q[16];
        _mm512_store_ps(s, sum);
        _mm512_store_ps(q, square);
        for (int i = 0; i < 16; i++) stats[0][c + i] += s[i], stats[1][c + i] += q[i];
    }
}

void pool(const int16_t* sums, int height, int channels, int16_t* to, uint8_t* largest) {
    const int half = height / 2;
    for (int y = 0; y < half; y++)
        for (int x = 0; x < half; x++) {
            const int16_t* from = sums + (2 * y * height + 2 * x) * channels;
            for (int c = 0; c < channels; c += 32) {
                __m512i best = _mm512_loadu_si512(from + c), index = _mm512_setzero_si512();
                for (int k = 1; k < 4; k++) {
                    const __m512i other = _mm512_loadu_si512(from + (k / 2 * height + k % 2) * channels + c);
                    const __mmask32 more = _mm512_cmpgt_epi16_mask(other, best);
                    best = _mm512_mask_mov_epi16(best, more, other);
                    index = _mm512_mask_mov_epi16(index, more, _mm512_set1_epi16(k));
                }
                _mm512_storeu_si512(to + (y * half + x) * channels + c, best);
                _mm256_storeu_si256((__m256i*)(largest + (y * half + x) * channels + c), _mm512_cvtepi16_epi8(index));
            }
        }
}

void forwardImage(Context& ctx, int l, int image, Scratch& scratch, bool training) {
    const Shape& s = SHAPES[l];
    Layer& layer = ctx.layers[l];
    const int features = s.features() * s.features();
    int16_t* result = layer.sums + (size_t)image * features * s.out;
    int16_t* to = s.pooled ? scratch.unpooled : result;
    const int8_t* a;
    int width, stride, taps, chunks;
    const int outWidth = s.outHeight();
    if (l == 0) {
        im2col(ctx.pixels + (size_t)image * 3072, scratch.columns);
        a = scratch.columns, width = 30, stride = 64, taps = 1, chunks = 1;
    } else {
        const Layer& before = ctx.layers[l - 1];
        const int positions = s.height * s.height;
        int8_t* input = layer.input + (size_t)image * positions * s.in;
        binarize(before.sums + (size_t)image * positions * s.in, before.scale, before.shift, positions, s.in, input);
        a = input, width = s.height, stride = s.in, taps = 9, chunks = s.in / 64;
    }
    const int last = (outWidth - 1) * width + outWidth;
    for (int c = 0; c < s.out; c += 32) {
        int row = 0, column = 0;
        for (int p = 0; p < last; p += 32) {
            multiplyForward(a + (size_t)p * stride, stride, taps, width, chunks, layer.packed + c / 16 * 1024,
                            s.out / 16, scratch.sums);
            for (int i = 0; i < 32 && row < outWidth; i++) {
                if (column < outWidth) {
                    const int32_t* from = scratch.sums + i * 32;
                    int16_t* at = to + (row * outWidth + column) * s.out + c;
                    _mm256_storeu_si256((__m256i*)at, _mm512_cvtepi32_epi16(_mm512_load_si512(from)));
                    _mm256_storeu_si256((__m256i*)(at + 16), _mm512_cvtepi32_epi16(_mm512_load_si512(from + 16)));
                }
                if (++column == width) column = 0, row++;
            }
        }
    }
    if (s.pooled) pool(to, outWidth, s.out, result, layer.largest + (size_t)image * features * s.out);
    if (training) addStats(result, features, s.out, scratch.stats[l]);
}

void packForward(int l, Layer& layer) {
    const Shape& s = SHAPES[l];
    const int rows = l == 0 ? 64 : 9 * s.in, real = 9 * s.in, columns = s.out / 16;
    for (int k = 0; k < rows; k++)
        for (int n = 0; n < s.out; n++)
            layer.packed[((size_t)(k / 64) * columns + n / 16) * 1024 + (k % 64 / 4) * 64 + n % 16 * 4 + k % 4] =
                k < real ? (layer.weights[(size_t)k * s.out + n] >= 0 ? 1 : -1) : 0;
}

void packBackward(int l, Layer& layer) {
    const Shape& s = SHAPES[l];
    const int columns = s.in / 16, chunks = s.out / 32;
    for (int tap = 0; tap < 9; tap++)
        for (int k = 0; k < s.out; k++)
            for (int n = 0; n < s.in; n++)
                layer.packedBack[((size_t)(tap * chunks + k / 32) * columns + n / 16) * 512 + (k % 32 / 2) * 32 +
                                 n % 16 * 2 + k % 2] =
                    layer.weights[((size_t)tap * s.in + n) * s.out + k] >= 0 ? 0x3f80 : 0xbf80;
}

// ---- backward ----

inline __m512 fromBf16(__m256i x) { return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16)); }

/** The straight-through estimator: the gradient passes where batch norm leaves -1 to 1. */
inline __m512 passing(__m512 gradient, __m512 z) {
    return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(_mm512_abs_ps(z), _mm512_set1_ps(1), _CMP_LE_OQ), gradient);
}

void addGradientStats(const Layer& layer, const int16_t* sums, const bf16* gradient, int positions, int channels,
                      double (*stats)[256]) {
    for (int c = 0; c < channels; c += 16) {
        const __m512 scale = _mm512_load_ps(layer.scale + c), shift = _mm512_load_ps(layer.shift + c);
        const __m512 xScale = _mm512_load_ps(layer.xScale + c), xShift = _mm512_load_ps(layer.xShift + c);
        __m512 first = _mm512_setzero_ps(), second = first;
        for (int p = 0; p < positions; p++) {
            const __m512 x = _mm512_cvtepi32_ps(
                _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i*)(sums + p * channels + c))));
            __m512 g = fromBf16(_mm256_loadu_si256((const __m256i*)(gradient + p * channels + c)));
            g = passing(g, _mm512_fmadd_ps(x, scale, shift));
            first = _mm512_add_ps(first, g);
            second = _mm512_fmadd_ps(g, _mm512_fmadd_ps(x, xScale, xShift), second);
        }
        alignas(64) float s[16], q[16];
        _mm512_store_ps(s, first);
        _mm512_store_ps(q, second);
        for (int i = 0; i < 16; i++) stats[0][c + i] += s[i], stats[1][c + i] += q[i];
    }
}

struct Coefficients {
    alignas(64) float gradient[256], constant[256], x[256];
};

/** The gradient of the sums of one image, spread over the grid of the inputs. */
void spread(const Layer& layer, int l, int image, const Coefficients& k, bf16* to) {
    const Shape& s = SHAPES[l];
    const int width = l == 0 ? 30 : s.height, size = s.features();
    const int16_t* sums = layer.sums + (size_t)image * size * size * s.out;
    const bf16* gradient = layer.gradient + (size_t)image * size * size * s.out;
    const uint8_t* largest = s.pooled ? layer.largest + (size_t)image * size * size * s.out : nullptr;
    for (int c = 0; c < s.out; c += 16) {
        const __m512 scale = _mm512_load_ps(layer.scale + c), shift = _mm512_load_ps(layer.shift + c);
        const __m512 xScale = _mm512_load_ps(layer.xScale + c), xShift = _mm512_load_ps(layer.xShift + c);
        const __m512 kg = _mm512_load_ps(k.gradient + c), kc = _mm512_load_ps(k.constant + c),
                     kx = _mm512_load_ps(k.x + c);
        for (int row = 0; row < size; row++)
            for (int column = 0; column < size; column++) {
                const int p = row * size + column;
                const __m512 x = _mm512_cvtepi32_ps(
                    _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i*)(sums + p * s.out + c))));
                __m512 g = fromBf16(_mm256_loadu_si256((const __m256i*)(gradient + p * s.out + c)));
                g = passing(g, _mm512_fmadd_ps(x, scale, shift));
                g = _mm512_fmsub_ps(g, kg, kc);
                g = _mm512_fnmadd_ps(_mm512_fmadd_ps(x, xScale, xShift), kx, g);
                const __m256i narrow = (__m256i)_mm512_cvtneps_pbh(g);
                if (!s.pooled) {
                    _mm256_storeu_si256((__m256i*)(to + (row * width + column) * s.out + c), narrow);
                } else {
                    const __m256i index =
                        _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i*)(largest + p * s.out + c)));
                    for (int i = 0; i < 4; i++)
                        _mm256_storeu_si256(
                            (__m256i*)(to + ((2 * row + i / 2) * width + 2 * column + i % 2) * s.out + c),
                            _mm256_maskz_mov_epi16(_mm256_cmpeq_epi16_mask(index, _mm256_set1_epi16(i)), narrow));
                }
            }
    }
}

/** Pairs of positions, [16 channels][positions / 2][16][2]. */
void interleave(const bf16* rows, int positions, int channels, bf16* pairs) {
    for (int c = 0; c < channels; c += 16, pairs += positions * 16)
        for (int p = 0; p < positions; p += 2) {
            const __m512i a = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(rows + p * channels + c)));
            const __m512i b =
                _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)(rows + (p + 1) * channels + c)));
            _mm512_storeu_si512(pairs + p * 16, _mm512_or_si512(a, _mm512_slli_epi32(b, 16)));
        }
}

void transpose64(uint64_t* a) {
    uint64_t mask = 0x00000000ffffffffull;
    for (int j = 32; j != 0; j >>= 1, mask ^= mask << j)
        for (int base = 0; base < 64; base += 2 * j)
            for (int k = base; k < base + j; k++) {
                const uint64_t t = ((a[k] >> j) ^ a[k + j]) & mask;
                a[k + j] ^= t;
                a[k] ^= t << j;
            }
}

/** +-1 as bytes, [position][channel], to bfloat16, a row for each channel. */
void transposeBits(const int8_t* from, int positions, int channels, bf16* to, int stride) {
    const __m512i one = _mm512_set1_epi16(0x3f80), minus = _mm512_set1_epi16((short)0xbf80);
    alignas(64) uint64_t bits[64];
    for (int c = 0; c < channels; c += 64)
        for (int p = 0; p < positions; p += 64) {
            for (int i = 0; i < 64; i++)
                bits[i] = _mm512_movepi8_mask(_mm512_loadu_si512(from + (size_t)(p + i) * channels + c));
            transpose64(bits);
            for (int i = 0; i < 64; i++) {
                bf16* at = to + (size_t)(c + i) * stride + p;
                _mm512_storeu_si512(at, _mm512_mask_blend_epi16((__mmask32)bits[i], one, minus));
                _mm512_storeu_si512(at + 32, _mm512_mask_blend_epi16((__mmask32)(bits[i] >> 32), one, minus));
            }
        }
}

void transposePixels(const int8_t* q, bf16* to, int stride) {
    static thread_local bf16 planes[3][1024];
    for (int p = 0; p < 1024; p++)
        for (int c = 0; c < 3; c++) {
            const float value = q[3 * p + c];
            uint32_t bits;
            std::memcpy(&bits, &value, 4);
            planes[c][p] = bits >> 16;
        }
    for (int r = 0; r < 27; r++) {
        const int ky = r / 9, kx = r % 9 / 3, c = r % 3;
        for (int y = 0; y < 30; y++) std::memcpy(to + (size_t)r * stride + y * 30, &planes[c][(y + ky) * 32 + kx], 60);
    }
}

/** Gradient of the weights: rows of `a` (channels in) times `pairs`, added to [taps][in][out]. */
void multiplyWeights(const bf16* a, int stride, int taps, int rowWidth, int in, const bf16* pairs, int out,
                     int positions, float* to) {
    const int steps = (positions + 31) / 32, blocks = (steps + 9) / 10, block = (steps + blocks - 1) / blocks;
    const int columnSize = steps * 512;
    for (int first = 0; first < steps; first += block)
        for (int i = 0; i < in; i += 32)
            for (int o = 0; o < out; o += 32)
                for (int tap = 0; tap < taps; tap++) {
                    float* c = to + ((size_t)tap * in + i) * out + o;
                    const bf16* at = a + (size_t)i * stride + tap / 3 * rowWidth + tap % 3;
                    const bf16* bt = pairs + o / 16 * columnSize;
                    _tile_loadd(0, c, out * 4);
                    _tile_loadd(1, c + 16, out * 4);
                    _tile_loadd(2, c + 16 * out, out * 4);
                    _tile_loadd(3, c + 16 * out + 16, out * 4);
                    for (int k = first; k < std::min(first + block, steps); k++) {
                        _tile_loadd(4, at + 32 * k, stride * 2);
                        _tile_loadd(6, bt + 512 * k, 64);
                        _tile_loadd(7, bt + columnSize + 512 * k, 64);
                        _tile_loadd(5, at + 32 * k + 16 * stride, stride * 2);
                        _tile_dpbf16ps(0, 4, 6);
                        _tile_dpbf16ps(1, 4, 7);
                        _tile_dpbf16ps(2, 5, 6);
                        _tile_dpbf16ps(3, 5, 7);
                    }
                    _tile_stored(0, c, out * 4);
                    _tile_stored(1, c + 16, out * 4);
                    _tile_stored(2, c + 16 * out, out * 4);
                    _tile_stored(3, c + 16 * out + 16, out * 4);
                }
}

/** Gradient of 32 channels of the inputs at 32 positions. */
inline void multiplyInputs(const bf16* d, int out, int rowWidth, const bf16* b, int columns, float* sums) {
    const int chunks = out / 32;
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int tap = 0; tap < 9; tap++) {
        const bf16* at = d - (size_t)(tap / 3 * rowWidth + tap % 3) * out;
        for (int k = 0; k < chunks; k++) {
            const bf16* bt = b + (size_t)(tap * chunks + k) * columns * 512;
            _tile_loadd(4, at + k * 32, out * 2);
            _tile_loadd(6, bt, 64);
            _tile_loadd(7, bt + 512, 64);
            _tile_loadd(5, at + k * 32 + 16 * out, out * 2);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
    _tile_stored(0, sums, 128);
    _tile_stored(1, sums + 16, 128);
    _tile_stored(2, sums + 512, 128);
    _tile_stored(3, sums + 528, 128);
}

void backwardGroup(Context& ctx, int l, int from, int images, Scratch& scratch, const Coefficients& k) {
    const Shape& s = SHAPES[l];
    Layer& layer = ctx.layers[l];
    const int width = l == 0 ? 30 : s.height, plane = width * width, positions = images * plane;
    const int front = 2 * width + 2;
    bf16* d = scratch.gradient + (size_t)front * s.out;
    std::memset(scratch.gradient, 0, (size_t)(front + positions + 64) * s.out * sizeof(bf16));
    for (int i = 0; i < images; i++) spread(layer, l, from + i, k, d + (size_t)i * plane * s.out);
    interleave(d, (positions + 31) / 32 * 32, s.out, scratch.pairs);
    const int stride = transposedStride(l);
    if (l == 0) {
        transposePixels(ctx.pixels + (size_t)from * 3072, scratch.transposed, stride);
        multiplyWeights(scratch.transposed, stride, 1, 0, 32, scratch.pairs, s.out, positions, scratch.weights[0]);
        return;
    }
    transposeBits(layer.input + (size_t)from * plane * s.in, positions, s.in, scratch.transposed, stride);
    multiplyWeights(scratch.transposed, stride, 9, width, s.in, scratch.pairs, s.out, positions, scratch.weights[l]);
    Layer& before = ctx.layers[l - 1];
    bf16* to = before.gradient + (size_t)from * plane * s.in;
    float* sums = (float*)scratch.sums;
    for (int c = 0; c < s.in; c += 32)
        for (int p = 0; p < positions; p += 32) {
            multiplyInputs(d + (size_t)p * s.out, s.out, width, layer.packedBack + c / 16 * 512, s.in / 16, sums);
            for (int i = 0; i < std::min(32, positions - p); i++) {
                const __m512 low = _mm512_load_ps(sums + 32 * i), high = _mm512_load_ps(sums + 32 * i + 16);
                _mm512_storeu_si512(to + (size_t)(p + i) * s.in + c, (__m512i)_mm512_cvtne2ps_pbh(high, low));
            }
        }
    for (int i = 0; i < images; i++)
        addGradientStats(before, before.sums + (size_t)(from + i) * plane * s.in, to + (size_t)i * plane * s.in, plane,
                         s.in, scratch.stats[l - 1]);
}

void clearStats(Context& ctx) {
    for (Scratch& s : ctx.scratch) std::memset(s.stats, 0, sizeof s.stats);
}

}  // namespace

extern "C" {

Context* create(int capacity, int threads) {
    if (syscall(SYS_arch_prctl, 0x1023, 18)) return nullptr;
    Context* ctx = new Context;
    ctx->capacity = capacity;
    for (int l = 0; l < LAYERS; l++) {
        const Shape& s = SHAPES[l];
        Layer& layer = ctx->layers[l];
        const size_t outputs = (size_t)capacity * s.features() * s.features() * s.out;
        layer.input = allocate<int8_t>(((size_t)capacity * s.height * s.height + 256) * s.in);
        layer.sums = allocate<int16_t>(outputs);
        layer.largest = allocate<uint8_t>(outputs);
        layer.gradient = allocate<bf16>(outputs);
        layer.packed = allocate<int8_t>((l == 0 ? 64 : 9 * s.in) * s.out);
        layer.packedBack = allocate<bf16>(9 * s.in * s.out);
    }
    ctx->scratch.resize(threads);
    for (Scratch& t : ctx->scratch) {
        t.sums = allocate<int32_t>(32 * 32);
        t.unpooled = allocate<int16_t>(28 * 28 * 64);
        t.columns = allocate<int8_t>(1024 * 64);
        size_t gradient = 0, transposed = 0;
        for (int l = 0; l < LAYERS; l++) {
            const Shape& s = SHAPES[l];
            gradient = std::max(gradient, (size_t)(s.group * s.height * s.height + 2 * s.height + 128) * s.out);
            transposed = std::max(transposed, (size_t)std::max(s.in, 32) * transposedStride(l) + 256);
            t.weights[l] = allocate<float>(9 * std::max(s.in, 4) * s.out);
        }
        t.gradient = allocate<bf16>(gradient);
        t.pairs = allocate<bf16>(gradient);
        t.transposed = allocate<bf16>(transposed);
    }
    return ctx;
}

/**
 * @param pixels [n][32][32][3]; stays in use until `backward`.
 * @param weights [3][3][in][out] of each layer, of which the signs count.
 * @param out bfloat16 +-1, [n][3][3][256].
 */
void forward(Context* ctx, int n, int8_t* pixels, const float* const* weights, float* const* gamma, float* const* beta,
             float* const* mean, float* const* var, int training, float eps, bf16* out) {
    ctx->n = n;
    ctx->pixels = pixels;
    clearStats(*ctx);
    for (int l = 0; l < LAYERS; l++) {
        Layer& layer = ctx->layers[l];
        layer.weights = weights[l];
        layer.gamma = gamma[l], layer.beta = beta[l], layer.mean = mean[l], layer.var = var[l];
    }
#pragma omp parallel num_threads((int)ctx->scratch.size())
    {
        TileConfig config;
        _tile_loadconfig(&config);
        Scratch& scratch = ctx->scratch[omp_get_thread_num()];
#pragma omp for schedule(dynamic)
        for (int i = 0; i < 2 * LAYERS; i++) {
            if (i % 2 == 0)
                packForward(i / 2, ctx->layers[i / 2]);
            else if (i > 1 && training)
                packBackward(i / 2, ctx->layers[i / 2]);
        }
        for (int l = 0; l < LAYERS; l++) {
            const Shape& s = SHAPES[l];
            Layer& layer = ctx->layers[l];
#pragma omp for schedule(dynamic, 4)
            for (int image = 0; image < n; image++) forwardImage(*ctx, l, image, scratch, training);
#pragma omp single
            {
                const double unit = l == 0 ? 1.0 / 128 : 1, count = (double)n * s.features() * s.features();
                for (int c = 0; c < s.out; c++) {
                    if (training) {
                        double sum = 0, square = 0;
                        for (Scratch& t : ctx->scratch) sum += t.stats[l][0][c], square += t.stats[l][1][c];
                        layer.mean[c] = sum / count * unit;
                        layer.var[c] = std::max(0.0, (square - sum * sum / count) / count) * unit * unit;
                    }
                    const double inverse = 1 / std::sqrt((double)layer.var[c] + eps);
                    layer.xScale[c] = unit * inverse;
                    layer.xShift[c] = -layer.mean[c] * inverse;
                    layer.scale[c] = layer.gamma[c] * unit * inverse;
                    layer.shift[c] = layer.beta[c] - layer.gamma[c] * layer.mean[c] * inverse;
                }
            }
        }
        const Layer& layer = ctx->layers[LAYERS - 1];
#pragma omp for
        for (int i = 0; i < n * 9; i++)
            for (int c = 0; c < 256; c++)
                out[i * 256 + c] = layer.sums[i * 256 + c] * layer.scale[c] + layer.shift[c] >= 0 ? 0x3f80 : 0xbf80;
        _tile_release();
    }
}

/** @param weights [9][in][out] of each layer; of the first [32][out], 27 of them in use. */
void backward(Context* ctx, const bf16* gradient, float* const* weights, float* const* gamma, float* const* beta) {
    const int n = ctx->n;
    clearStats(*ctx);
    Coefficients k;
#pragma omp parallel num_threads((int)ctx->scratch.size())
    {
        TileConfig config;
        _tile_loadconfig(&config);
        Scratch& scratch = ctx->scratch[omp_get_thread_num()];
        for (int l = 0; l < LAYERS; l++)
            std::memset(scratch.weights[l], 0, sizeof(float) * (l == 0 ? 32 : 9 * SHAPES[l].in) * SHAPES[l].out);
        Layer& top = ctx->layers[LAYERS - 1];
#pragma omp for
        for (int i = 0; i < n; i++) {
            std::memcpy(top.gradient + (size_t)i * 2304, gradient + (size_t)i * 2304, 2304 * sizeof(bf16));
            addGradientStats(top, top.sums + (size_t)i * 2304, top.gradient + (size_t)i * 2304, 9, 256,
                             scratch.stats[LAYERS - 1]);
        }
        for (int l = LAYERS - 1; l >= 0; l--) {
            const Shape& s = SHAPES[l];
#pragma omp single
            {
                const double count = (double)n * s.features() * s.features();
                const Layer& layer = ctx->layers[l];
                for (int c = 0; c < s.out; c++) {
                    double first = 0, second = 0;
                    for (Scratch& t : ctx->scratch) first += t.stats[l][0][c], second += t.stats[l][1][c];
                    beta[l][c] = first;
                    gamma[l][c] = second;
                    const double factor = layer.gamma[c] * layer.xScale[c] * (l == 0 ? 128 : 1);
                    k.gradient[c] = factor;
                    k.constant[c] = factor * first / count;
                    k.x[c] = factor * second / count;
                }
            }
            const int groups = (n + s.group - 1) / s.group;
#pragma omp for schedule(dynamic)
            for (int g = 0; g < groups; g++)
                backwardGroup(*ctx, l, g * s.group, std::min(s.group, n - g * s.group), scratch, k);
        }
        _tile_release();
#pragma omp for schedule(dynamic)
        for (int l = 0; l < LAYERS; l++) {
            const int size = (l == 0 ? 32 : 9 * SHAPES[l].in) * SHAPES[l].out;
            const float unit = l == 0 ? 1.0f / 128 : 1;
            for (int i = 0; i < size; i++) {
                float sum = 0;
                for (Scratch& t : ctx->scratch) sum += t.weights[l][i];
                weights[l][i] = sum * unit;
            }
        }
    }
}
}
