import { workerData } from "piscina";
import type { Network } from "../network/index.ts";
import { Explorer, type Device, type Survey } from "../plan/index.ts";

/** What a worker of `exploreDesigns` is started with. */
export interface WorkerData {
  readonly network: Network;
  readonly device: Device;
}

const { network, device } = workerData as WorkerData;
// What layers come to at each folding is kept from one interval to the next.
const explorer = new Explorer(network, device);

export default function survey(interval: number): Survey {
  return explorer.survey(interval);
}
