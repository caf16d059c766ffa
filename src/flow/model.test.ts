import { expect, test } from "vitest";
import { cnv, operations, serializeNetwork } from "../network/index.ts";
import { bundledModels, randomModelNames, resolveModel } from "./model.ts";

test("bundled models have short names", () => {
  expect(bundledModels()).toEqual(expect.arrayContaining(["lfc", "sfc"]));
  expect(resolveModel("sfc").name).toBe("sfc-mnist");
});

test("every random network has its name and says where it comes from", () => {
  for (const name of randomModelNames) {
    const network = resolveModel(`random:${name}`);
    expect(network.name).toBe(`${name}-random`);
    expect(network.provenance).toEqual({ source: "random weights, seed 1" });
  }
});

test("a random network has seed 1, or the one that is given", () => {
  const weights = (model: string) => serializeNetwork({ ...resolveModel(model), provenance: undefined });
  expect(weights("random:cnv")).toBe(weights("random:1:cnv"));
  expect(weights("random:7:cnv")).toBe(serializeNetwork(cnv({ seed: 7 })));
  expect(weights("random:7:cnv")).not.toBe(weights("random:cnv"));
});

test("the net of 1.23 G operations of the scaling paper is among them", () => {
  expect((operations(resolveModel("random:padded-cnv-2")) / 1e9).toFixed(2)).toBe("1.23");
});

test.each([
  ["resnet", 'there is no model "resnet"', /lfc, sfc, a model file, a BNN-PYNQ folder or random:cnv/],
  ["random:resnet", 'there is no random network "resnet"', /random:cnv, random:padded-cnv-half/],
  ["random:x:cnv", 'there is no random network "x:cnv"', /random:7:cnv has seed 7/],
  ["random:", 'there is no random network ""', /random:cnv/],
  ["random:toString", 'there is no random network "toString"', /random:cnv/],
])("%s is no model", (model, message, hint) => {
  expect(() => resolveModel(model)).toThrow(
    expect.objectContaining({
      code: "unknown-model",
      message,
      hint: expect.stringMatching(hint) as string,
    }),
  );
});
