import { expect, test } from "vitest";
import { lutsPerBlock } from "../../rtl/memory-shape.ts";
import { SluiceError } from "../error.ts";
import { cnv, loadNetwork, randomNetwork, weightSize, type Network } from "../network/index.ts";
import { loadBoard, targetOf, type Board } from "./board.ts";
import { sumOfCosts } from "./cost/cost.ts";
import { divisorsOf } from "./divisors.ts";
import { areaOf, FoldSearch } from "./fold-search.ts";
import { isFolded, type Folding } from "./folding.ts";
import { exceeded, usualBudget, type Device } from "./device.ts";
import { costOfPlan, nextFaster, planFor, type Goal } from "./goal.ts";
import { pipelineStages } from "./pipeline.ts";
import { slowest } from "./timing.ts";

const zc706 = loadBoard("zc706");
const device: Device = { board: zc706, clockMHz: 200, budget: usualBudget };
const target = targetOf(zc706);
const convolutional = cnv({ seed: 1 });
const sfc = loadNetwork("models/sfc-mnist.json");

function withResources(resources: Partial<Board["resources"]>): Device {
  return { ...device, board: { ...zc706, resources: { ...zc706.resources, ...resources } } };
}

function refusal(network: Network, goal: Goal, on = device): SluiceError {
  try {
    planFor(network, goal, on);
  } catch (error) {
    if (error instanceof SluiceError) return error;
    throw error;
  }
  throw new Error("it was planned");
}

/** All foldings of a dense network, whose numbers of rows the search does not pad: they have divisors enough. */
function* allFoldings(network: Network, from = 0): Generator<Folding> {
  const layer = network.layers[from];
  if (layer === undefined || !isFolded(layer)) {
    yield {};
    return;
  }
  const { rows, columns } = weightSize(layer);
  for (const rest of allFoldings(network, from + 1)) {
    for (const pe of divisorsOf(rows))
      for (const simd of divisorsOf(columns)) yield { [layer.name]: { pe, simd }, ...rest };
  }
}

test.each([1, 2, 3])("the search finds what trying every folding finds: network %i", (seed) => {
  const network = randomNetwork({ name: "net", shape: [24, 16, 8, 4], seed });
  const search = new FoldSearch(network, target);
  const all = [...allFoldings(network)].map((folding) => {
    const stages = pipelineStages(network, folding, {}, target);
    return {
      cycles: slowest(stages),
      area: areaOf(sumOfCosts(stages.map((stage) => stage.cost())), lutsPerBlock),
    };
  });
  for (const cycles of [8, 40, 200]) {
    const least = Math.min(...all.filter((one) => one.cycles <= cycles).map(({ area }) => area));
    const [found] = search.candidates(cycles, lutsPerBlock);
    expect(areaOf(found?.cost ?? sumOfCosts([]), lutsPerBlock)).toBeCloseTo(least, 6);
  }
});

test("a slower goal takes less of the board, a latency more", () => {
  const plans = [9_130, 20_000, 50_000].map((cycles) => {
    const planned = planFor(convolutional, { cycles }, device);
    expect(planned.cyclesPerFrame).toBeLessThanOrEqual(cycles);
    return planned;
  });
  const areas = plans.map((planned) => areaOf(costOfPlan(planned), lutsPerBlock));
  expect(areas).toEqual([...areas].sort((a, b) => b - a));
  const usual = planFor(sfc, { cycles: 1000 }, device);
  const quick = planFor(sfc, { cycles: 1000, latency: 500 }, device);
  expect(usual.latencyCycles).toBeGreaterThan(500);
  expect(quick.latencyCycles).toBeLessThanOrEqual(500);
  expect(costOfPlan(quick).lut).toBeGreaterThan(costOfPlan(usual).lut);
});

test("the fastest folding gets slower on a smaller board", () => {
  const network = randomNetwork({ name: "big", shape: [256, 256, 10], seed: 1 });
  const small = withResources({ lut: 20_000 });
  const [fast, slow] = [planFor(network, {}, device), planFor(network, {}, small)];
  expect(fast.cyclesPerFrame).toBeLessThan(slow.cyclesPerFrame);
  expect(exceeded(costOfPlan(slow), small)).toEqual([]);
  const next = nextFaster(network, slow.cyclesPerFrame, small);
  expect(next?.cycles).toBeLessThan(slow.cyclesPerFrame);
  expect(next?.fits).toBe(false);
});

test("where block RAM is short, weights go to LUTs", () => {
  const planned = planFor(sfc, { cycles: 5000 }, withResources({ bram36: 4 }));
  expect(costOfPlan(planned).bram36).toBeLessThanOrEqual(4);
  expect(costOfPlan(planFor(sfc, { cycles: 5000 }, device)).bram36).toBeGreaterThan(4);
});

test("what a layer cannot do is said, with what can be asked for", () => {
  const { code, message, hint } = refusal(convolutional, { cycles: 100 });
  expect({ code, message }).toEqual({
    code: "goal-out-of-reach",
    message: "layer conv0 takes 512 cycles per frame at its fastest, 100 are asked for",
  });
  expect(hint).toBe("ask for --cycles 512 (--fps 390625), or a faster clock");
});

test("what does not fit says what binds, and the fastest that fits can be asked for", () => {
  const small = withResources({ lut: 10_000 });
  const { code, message, hint } = refusal(sfc, { cycles: 16 }, small);
  expect(code).toBe("over-budget");
  expect(message).toMatch(
    /does not fit .* at 16 cycles per frame: it takes [\d,]+ LUTs of 7,000 that may be used/,
  );
  const [, cycles] = /--cycles (\d+)/.exec(hint ?? "") ?? [];
  expect(planFor(sfc, { cycles: Number(cycles) }, small).cyclesPerFrame).toBeLessThanOrEqual(Number(cycles));
});

test("a latency out of reach names the least that was found, which can be asked for", () => {
  const { code, message } = refusal(sfc, { cycles: 1000, latency: 5 });
  expect(code).toBe("goal-out-of-reach");
  const [, least] = /the least latency found on .* is (\d+) cycles, 5 are asked for/.exec(message) ?? [];
  expect(planFor(sfc, { latency: Number(least) }, device).latencyCycles).toBeLessThanOrEqual(Number(least));
});

test("a budget of nothing says what the smallest design takes", () => {
  const nothing = { ...device, budget: { ...usualBudget, lut: 0 } };
  const { code, message, hint } = refusal(sfc, {}, nothing);
  expect(code).toBe("over-budget");
  expect(message).toMatch(/at any folding: it takes [\d,]+ LUTs of 0 that may be used/);
  expect(hint).toMatch(/--budget/);
});

test("a network without weights has nothing to fold, and is planned all the same", () => {
  const input = { shape: [8, 8, 4], encoding: "binary-threshold", threshold: 128, bits: 256 } as const;
  const map = { height: 8, width: 8, channels: 4 };
  const average = {
    kind: "global-average-pool",
    name: "average",
    input: map,
    thresholds: undefined,
  } as const;
  const readout = { kind: "argmax", classes: 4 } as const;
  const network: Network = {
    name: "average",
    input,
    layers: [average],
    readout,
    labels: ["a", "b", "c", "d"],
  };
  expect(planFor(network, {}, device).cyclesPerFrame).toBe(64);
});
