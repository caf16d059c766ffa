import { expect, test } from "vitest";
import { countFifos } from "./occupancy.fixture.ts";

test("FIFOs of random networks: the full rate, and with a place fewer it is lost", () => {
  expect(countFifos(Array.from({ length: 16 }, (_, seed) => seed))).toEqual({ fifos: 12, loose: [] });
});
