/** AXI masters and protocol checkers for simulated designs, tick by tick, in any simulator. */
export { AxiProtocolError, Channel, type Beat } from "./channel.ts";
export { LiteChecker, StreamChecker, type LiteChannel, type Packet } from "./checkers.ts";
export { LiteMaster, packetBeats, PacketReceiver, Receiver, Sender, type LiteMoves } from "./masters.ts";
