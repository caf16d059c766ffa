import { popcountCases, xnorPopcountCases } from "../../rtl/arith/popcount.fixture.ts";
import { vvtuCases, vvuCases } from "../../rtl/nn/channelwise.fixture.ts";
import { generators as mutated, type GeneratorTests } from "../mutation/generators.ts";

/** Every generator whose hardware moves streams, with the cases that its test runs in Verilator. */
export const generators: readonly Pick<GeneratorTests, "name" | "trials">[] = [
  ...mutated.filter(({ name }) => name !== "synchronizer"),
  { name: "vvtu", trials: vvtuCases.trials },
  { name: "vvu", trials: vvuCases.trials },
  { name: "popcount", trials: popcountCases.trials },
  { name: "xnorPopcount", trials: xnorPopcountCases.trials },
];
