import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { SluiceError } from "../error.ts";
import { loadNetwork, parseNetwork, saveNetwork, serializeNetwork } from "./model-file.ts";
import type { Network } from "./model.ts";
import { cnv } from "./convolutional.ts";
import { randomNetwork } from "./random-network.ts";

const network = randomNetwork({ name: "small", shape: [40, 33, 10], seed: 1 });
const text = serializeNetwork(network);

test("a network survives its file, and the same network gives the same bytes", () => {
  const folder = temporaryFolder();
  const path = join(folder, "small.json");
  saveNetwork(network, path);
  expect(loadNetwork(path)).toEqual(network);
  expect(serializeNetwork(loadNetwork(path))).toBe(text);
  expect(readdirSync(folder)).toEqual(["small.json"]);
});

test("the order in which a network was put together does not show in its file", () => {
  const reversed = (record: object): object => Object.fromEntries(Object.entries(record).reverse());
  const shuffled = {
    ...reversed(network),
    input: reversed(network.input),
    readout: reversed(network.readout),
  };
  expect(serializeNetwork(shuffled as Network)).toBe(text);
});

test("what no reader would take is not written", () => {
  expect(errorOf(() => serializeNetwork({ ...network, name: "not a name" }))).toMatchObject({
    code: "model-field",
  });
  expect(errorOf(() => serializeNetwork({ ...network, labels: [] }))).toMatchObject({ code: "model-labels" });
});

test("a file that cannot be read or written is one clear error, and nothing is left behind", () => {
  const folder = temporaryFolder();
  expect(errorOf(() => loadNetwork(join(folder, "absent.json")))).toMatchObject({ code: "model-unreadable" });
  for (const path of [folder, join(folder, "absent", "small.json")]) {
    const save = () => {
      saveNetwork(network, path);
    };
    expect(errorOf(save)).toMatchObject({ code: "model-unwritable" });
  }
  expect(readdirSync(folder)).toEqual([]);
});

test("wherever a file is cut, it is refused", () => {
  for (let length = 0; length < text.length - 2; length += 7) {
    expect(["model-truncated", "model-not-json"]).toContain(
      errorOf(() => parseNetwork(text.slice(0, length), "x"))?.code,
    );
  }
});

/** What the tests change in a model file, into right values or wrong ones. */
interface AnyFile {
  format: unknown;
  version: unknown;
  input: { shape: unknown; threshold: unknown; bits: unknown };
  layers: { 0: AnyLayer; 1: AnyLayer; reverse: () => unknown };
  readout: { kind: unknown; classes: unknown };
  labels: unknown[];
}
interface AnyLayer {
  kind: unknown;
  name: unknown;
  inputs: unknown;
  outputs: unknown;
  weights: Payload;
  thresholds: Payload;
}
interface Payload {
  sha256: string;
  base64: string;
}

/** Each wrong file with its code: the file, or what is done to the JSON of a right one. */
const wrong: readonly [code: string, place: string, make: string | ((file: AnyFile) => unknown)][] = [
  ["model-truncated", "x", ""],
  ["model-truncated", "x", text.slice(0, 1000)],
  ["model-not-json", "x", "PK\u0003\u0004 an archive"],
  ["model-not-json", "x", text.replace('"name"', "name")],
  ["model-format", "x", "[]"],
  ["model-format", "x", "{}"],
  ["model-format", "x", (file) => (file.format = "onnx")],
  ["model-version", "x", (file) => (file.version = 2)],
  ["model-field", "x: input.threshold", (file) => (file.input.threshold = 256)],
  ["model-field", "x: layers.0.outputs", (file) => (file.layers[0].outputs = 0)],
  ["model-field", "x: layers.0.inputs", (file) => (file.layers[0].inputs = 1e12)],
  ["model-field", "x: layers.1", (file) => Object.assign(file.layers[1], { extra: 1 })],
  ["model-field", "x: layers.1.name", (file) => (file.layers[1].name = "9lives")],
  ["model-field", "x: layers", (file) => Object.assign(file, { layers: [] })],
  ["model-field", "x: readout.kind", (file) => (file.readout.kind = "softmax")],
  ["model-unknown-kind", "x: layers.1.kind", (file) => (file.layers[1].kind = "lstm")],
  ["model-base64", "x: layers.0.weights", (file) => (file.layers[0].weights.base64 = "*&^%")],
  ["model-payload-length", "x: layers.0.weights", (file) => (file.layers[0].weights.base64 = "AAAA")],
  ["model-payload-length", "x: layers.0.weights", (file) => (file.layers[0].outputs = 34)],
  ["model-payload-length", "x: layers.0.thresholds", (file) => (file.layers[0].thresholds.base64 = "AAAA")],
  ["model-checksum", "x: layers.0.weights", (file) => (file.layers[0].weights.sha256 = "0".repeat(64))],
  ["model-checksum", "x: layers.1.weights", (file) => swapCharacters(file.layers[1].weights)],
  ["model-input-bits", "x", (file) => (file.input.shape = [41])],
  ["model-shape-chain", "x", (file) => (file.input.bits = 41)],
  ["model-shape-chain", "x", (file) => file.layers.reverse()],
  ["model-layer-name", "x", (file) => (file.layers[1].name = file.layers[0].name)],
  ["model-weights-padding", "x", (file) => setWord(file.layers[0].weights, 1, 0x100)],
  ["model-thresholds-missing", "x", (file) => Reflect.deleteProperty(file.layers[0], "thresholds")],
  ["model-thresholds-range", "x", (file) => setWord(file.layers[0].thresholds, 3, 42)],
  ["model-thresholds-range", "x", (file) => setWord(file.layers[0].thresholds, 3, -1)],
  ["model-readout", "x", (file) => (file.readout.classes = 11)],
  ["model-readout", "x", (file) => (file.readout.kind = "highest-bit")],
  ["model-labels", "x", (file) => file.labels.pop()],
];

test.each(wrong)("%s at %s (%#)", (code, place, make) => {
  const error = errorOf(() => parseNetwork(typeof make === "string" ? make : changed(make), "x"));
  expect(error).toMatchObject({ code, where: place });
});

const conv = JSON.parse(serializeNetwork(cnv({ seed: 1 }))) as ConvFile;

/** What the tests change in the file of a convolutional network. */
interface ConvFile {
  input: { encoding: string };
  layers: { 0: { padding: object; stride: object; outChannels: number }; 2: object };
}

test.each([
  ["model-unknown-encoding", "x: input.encoding", { input: { ...conv.input, encoding: "float" } }],
  ["model-field", "x: layers.0.stride.width", withConv({ stride: { height: 1, width: 0 } })],
  [
    "model-field",
    "x: layers.0.padding.value",
    withConv({ padding: { ...conv.layers[0].padding, value: 1.5 } }),
  ],
  ["model-payload-length", "x: layers.0.weights", withConv({ outChannels: 65 })],
])("%s at %s in a convolutional network", (code, place, change) => {
  const error = errorOf(() => parseNetwork(JSON.stringify({ ...conv, ...change }), "x"));
  expect(error).toMatchObject({ code, where: place });
});

function withConv(change: Partial<ConvFile["layers"][0]>): object {
  const [first, ...rest] = conv.layers as unknown as object[];
  return { layers: [{ ...first, ...change }, ...rest] };
}

/** The text of the right file after a change. */
function changed(change: (file: AnyFile) => unknown): string {
  const file = JSON.parse(text) as AnyFile;
  change(file);
  return JSON.stringify(file);
}

function errorOf(action: () => unknown): SluiceError | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  return undefined;
}

/** Changes one byte, and leaves the checksum. */
function swapCharacters(payload: Payload): unknown {
  return (payload.base64 = (payload.base64.startsWith("A") ? "B" : "A") + payload.base64.slice(1));
}

/** Changes one 32-bit word, and mends the checksum. */
function setWord(payload: Payload, word: number, value: number): unknown {
  const bytes = Buffer.from(payload.base64, "base64");
  bytes.writeInt32LE(value, 4 * word);
  payload.base64 = bytes.toString("base64");
  return (payload.sha256 = createHash("sha256").update(bytes).digest("hex"));
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
