import { expect, test } from "vitest";
import { cnv, randomNetwork } from "../network/index.ts";
import { denseNetwork } from "./dense.ts";

test("a network that has no hardware yet is refused by name, a dense one is not", () => {
  const dense = randomNetwork({ name: "small", shape: [16, 8, 10], seed: 1 });
  expect(denseNetwork(dense)).toEqual(dense);
  const network = cnv({ seed: 1 });
  const unsupported = (where: string) =>
    expect.objectContaining({ code: "layer-unsupported", where }) as Error;
  expect(() => denseNetwork(network)).toThrow(unsupported(network.name));
  const onBits = { ...network, input: { ...dense.input, shape: [32, 32, 3], bits: 3072 } };
  expect(() => denseNetwork(onBits)).toThrow(unsupported("conv0"));
});
