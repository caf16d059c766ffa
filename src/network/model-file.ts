import { createHash } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { SluiceError } from "../error.ts";
import { fileLimits, parseJson, quoted, readText, reasonOf } from "../files.ts";
import { checkNetwork } from "./check.ts";
import type { Layer, Network, Shape as FeatureShape } from "./model.ts";
import { weightSize } from "./shapes.ts";

const format = "sluice-network";
const version = 1;

/** Bytes in base64: little-endian 32-bit words. The checksum is that of the bytes. */
const Payload = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/), base64: z.string() });
type Payload = z.infer<typeof Payload>;

const Count = z
  .int()
  .min(1)
  .max(1 << 20);

/** Names of modules and files are made of it. */
const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/)
  .max(64);
const Size = z.strictObject({ height: Count, width: Count });
const Shape = z.strictObject({ height: Count, width: Count, channels: Count });
const Lines = z
  .int()
  .min(0)
  .max(Count.maxValue ?? 0);
const Padding = z.strictObject({
  ...{ top: Lines, left: Lines, bottom: Lines, right: Lines },
  value: z.int().min(-128).max(127),
});

const Dense = z.strictObject({
  kind: z.literal("dense"),
  name: Name,
  inputs: Count,
  outputs: Count,
  weights: Payload,
  thresholds: Payload.optional(),
});

const Conv = z.strictObject({
  kind: z.literal("conv"),
  name: Name,
  input: Shape,
  kernel: Size,
  stride: Size,
  dilation: Size,
  padding: Padding,
  outChannels: Count,
  weights: Payload,
  thresholds: Payload.optional(),
});

const Depthwise = z.strictObject({ ...Conv.omit({ outChannels: true }).shape, kind: z.literal("depthwise") });

const MaxPool = z.strictObject({
  kind: z.literal("max-pool"),
  name: Name,
  input: Shape,
  kernel: Size,
  stride: Size,
});

const GlobalAveragePool = z.strictObject({
  kind: z.literal("global-average-pool"),
  name: Name,
  input: Shape,
  thresholds: Payload.optional(),
});

const layerKinds = [Dense, Conv, Depthwise, MaxPool, GlobalAveragePool] as const;

const ImageShape = z.array(Count).min(1).max(4);
const BinaryInput = z.strictObject({
  shape: ImageShape,
  encoding: z.literal("binary-threshold"),
  threshold: z.int().min(0).max(255),
  bits: Count,
});
const SignedInput = z.strictObject({ shape: ImageShape, encoding: z.literal("signed-8bit") });

const File = z.strictObject({
  format: z.literal(format),
  version: z.literal(version),
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .max(64),
  input: z.discriminatedUnion("encoding", [BinaryInput, SignedInput]),
  layers: z.array(z.discriminatedUnion("kind", layerKinds)).min(1),
  readout: z.strictObject({ kind: z.enum(["argmax", "highest-bit"]), classes: Count }),
  labels: z.array(z.string().max(200)),
  provenance: z
    .strictObject({
      source: z.string().optional(),
      dataset: z.string().optional(),
      correct: z.int().min(0).optional(),
      images: z.int().min(1).optional(),
      command: z.string().optional(),
      date: z.iso.date().optional(),
    })
    .optional(),
});
type File = z.infer<typeof File>;

/**
 * Reads a network from a model file.
 *
 * @throws SluiceError `model-unreadable`, and those of `parseNetwork`.
 */
export function loadNetwork(path: string): Network {
  let text: string;
  try {
    text = readText(path, fileLimits.model);
  } catch (cause) {
    throw new SluiceError("model-unreadable", `The model file cannot be read: ${reasonOf(cause)}.`, {
      where: path,
      hint: "check the path and the file",
      cause,
    });
  }
  return parseNetwork(text, path);
}

/**
 * Reads a network from the text of a model file: JSON with the layers' shapes in the clear, weights and
 * thresholds as base64 of little-endian 32-bit words (weights one row after the other, each row padded
 * with 0 to whole words) and a SHA-256 for each of these payloads.
 *
 * @param where The file that an error names.
 * @throws SluiceError `model-truncated`, `model-not-json`, `model-format`, `model-version`,
 *   `model-unknown-kind`, `model-unknown-encoding`, `model-field`, `model-base64`, `model-payload-length`, `model-checksum`, and
 *   those of `checkNetwork`.
 */
export function parseNetwork(text: string, where: string): Network {
  const file = checkFile(jsonOf(text, where), where);
  const layers = file.layers.map((layer, index) => readLayer(layer, `${where}: layers.${index}`));
  const { name, input, readout, labels, provenance } = file;
  return checkNetwork({ name, input, layers, readout, labels, provenance }, where);
}

/**
 * The text of a network's model file; the same network gives the same bytes.
 *
 * @throws SluiceError `model-field`, and those of `checkNetwork`.
 */
export function serializeNetwork(network: Network): string {
  const { name, input, layers, readout, labels, provenance } = checkNetwork(network, network.name);
  const file = {
    format,
    version,
    name,
    input,
    layers: layers.map(layerEntry),
    readout,
    labels,
    provenance,
  };
  // Checked, the keys are in the order of the schema.
  return `${JSON.stringify(checkFile(file, name), null, 2)}\n`;
}

function layerEntry(layer: Layer): object {
  const thresholds = "thresholds" in layer ? layer.thresholds : undefined;
  return {
    ...layer,
    ...("input" in layer ? { input: shapeOf(layer.input) } : {}),
    ...("weights" in layer ? { weights: payload(layer.weights.words) } : {}),
    ...("thresholds" in layer
      ? { thresholds: thresholds === undefined ? undefined : payload(thresholds) }
      : {}),
  };
}

/** The shape alone: a network in memory may have a tensor there. */
function shapeOf({ height, width, channels }: FeatureShape): FeatureShape {
  return { height, width, channels };
}

/**
 * Writes a network to a model file, whole or not at all.
 *
 * @throws SluiceError `model-unwritable`, and those of `serializeNetwork`.
 */
export function saveNetwork(network: Network, path: string): void {
  const text = serializeNetwork(network);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new SluiceError("model-unwritable", "The model file cannot be written.", { where: path, cause });
  }
}

function jsonOf(text: string, where: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const isCut = text.trim() === "" || (/^\s*\{/.test(text) && !/\}\s*$/.test(text));
    if (isCut) {
      const hint = "Copy or download it again.";
      throw new SluiceError("model-truncated", "The model file ends too early.", { where, cause, hint });
    }
    const hint = "A model file is what saveNetwork writes, such as models/sfc-mnist.json.";
    throw new SluiceError("model-not-json", `The model file cannot be read: ${reasonOf(cause)}.`, {
      where,
      cause,
      hint,
    });
  }
}

function checkFile(json: unknown, where: string): File {
  const head = z.looseObject({ format: z.unknown(), version: z.unknown() }).safeParse(json).data;
  if (head?.format !== format) {
    const hint = "It is JSON, but not a model file.";
    throw new SluiceError("model-format", `The file's "format" is not "${format}".`, { where, hint });
  }
  if (head.version !== version) {
    throw new SluiceError(
      "model-version",
      `The file has format version ${quoted(head.version)}; this Sluice reads version ${version}.`,
      { where, hint: "Write it again with this Sluice, or use the one that wrote it." },
    );
  }
  const parsed = File.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.join(".") ?? "";
  if (issue?.code === "invalid_union") {
    const [code, message, known] =
      issue.path[0] === "input"
        ? ["model-unknown-encoding", "The input has an encoding", ["binary-threshold", "signed-8bit"]]
        : ["model-unknown-kind", "The layer is of a kind", layerKinds.map(({ shape }) => shape.kind.value)];
    throw new SluiceError(code, `${message} that Sluice does not know.`, {
      where: `${where}: ${place}`,
      hint: `Known are ${known.join(", ")}.`,
    });
  }
  throw new SluiceError("model-field", issue?.message ?? "A field is wrong.", {
    where: `${where}: ${place}`,
  });
}

function readLayer(layer: File["layers"][number], where: string): Layer {
  if (layer.kind === "max-pool") return layer;
  const readThresholds = (count: number): Int32Array<ArrayBuffer> | undefined =>
    layer.thresholds === undefined
      ? undefined
      : new Int32Array(readPayload(layer.thresholds, count, `${where}.thresholds`));
  if (layer.kind === "global-average-pool") {
    return { ...layer, thresholds: readThresholds(layer.input.channels) };
  }
  const { rows, columns } = weightSize(layer);
  const wordsPerRow = Math.ceil(columns / 32);
  const words = new Uint32Array(readPayload(layer.weights, rows * wordsPerRow, `${where}.weights`));
  return { ...layer, weights: { rows, columns, wordsPerRow, words }, thresholds: readThresholds(rows) };
}

/** The bytes of `words` little-endian 32-bit words. */
function readPayload({ base64, sha256 }: Payload, words: number, where: string): ArrayBuffer {
  const bytes = Uint8Array.from(Buffer.from(base64, "base64"));
  if (Buffer.from(bytes).toString("base64") !== base64) {
    throw new SluiceError("model-base64", "The payload is not base64.", { where });
  }
  if (bytes.length !== 4 * words) {
    throw new SluiceError(
      "model-payload-length",
      `The payload has ${bytes.length} bytes; the layer's shape needs ${4 * words}.`,
      { where },
    );
  }
  if (digest(bytes) !== sha256) {
    const hint = "The file was changed or damaged: copy or download it again.";
    throw new SluiceError("model-checksum", "The payload does not match its checksum.", { where, hint });
  }
  return bytes.buffer;
}

function payload(words: Uint32Array | Int32Array): Payload {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return { sha256: digest(bytes), base64: bytes.toString("base64") };
}

function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
