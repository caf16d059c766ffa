import { expect, test } from "vitest";
import { countFifos } from "./occupancy.fixture.ts";

test("FIFOs of 150 random networks: the full rate, and with a place fewer it is lost for 95 % of them and more", () => {
  const { fifos, loose } = countFifos(Array.from({ length: 150 }, (_, i) => 1000 + i));
  expect(fifos).toBeGreaterThan(40);
  expect(loose.length).toBeLessThanOrEqual(0.05 * fifos);
});
