import { execa } from "execa";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { findOnPath } from "../../../sim/tools.ts";

/** Why Slurm cannot be started on this machine; undefined where it can. */
export function slurmMissing(): string | undefined {
  if (process.platform !== "linux") return "it takes Linux";
  if (process.getuid?.() !== 0) return "it takes root, to start munged and slurmd";
  const missing = ["munged", "slurmctld", "slurmd", "sbatch", "setpriv"].filter(
    (name) => findOnPath(name) === undefined,
  );
  return missing.length === 0
    ? undefined
    : `${missing.join(", ")} not on the PATH: apt-get install slurm-wlm`;
}

export interface Slurm {
  /** Its clients find it by this. */
  readonly env: { readonly SLURM_CONF: string };
  stop(): Promise<void>;
}

/**
 * Starts Slurm of one node with one processor on this machine, as root and without systemd: munged, slurmctld and slurmd,
 * with all that they keep in a folder of their own. No control groups are needed: processes are tracked by their parents.
 */
export async function startSlurm(): Promise<Slurm> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-slurm-"));
  const munge = join(folder, "munge");
  const socket = join(munge, "socket");
  await makeMungeFolder(folder, munge);
  const config = join(folder, "slurm.conf");
  await writeFile(config, await configuration(folder, socket));
  const env = { SLURM_CONF: config };
  const daemons: (PromiseLike<unknown> & { kill(signal: "SIGTERM"): boolean })[] = [];
  const start = (command: string, ...args: readonly string[]): void => {
    const log = { file: join(folder, "daemons.log"), append: true };
    daemons.push(execa(command, args, { env, reject: false, stdin: "ignore", stdout: log, stderr: log }));
  };
  const stop = async (): Promise<void> => {
    for (const daemon of [...daemons].reverse()) {
      daemon.kill("SIGTERM");
      await daemon;
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const asMunge = ["--reuid=munge", "--regid=munge", "--clear-groups", "munged", "--foreground"];
    const files = { key: "munge.key", pid: "munged.pid", log: "munged.log", seed: "munged.seed" };
    start(
      ...(["setpriv", ...asMunge, `--socket=${socket}`, "--num-threads=2"] as const),
      ...[`--key-file=${join(munge, files.key)}`, `--pid-file=${join(munge, files.pid)}`],
      ...[`--log-file=${join(munge, files.log)}`, `--seed-file=${join(munge, files.seed)}`],
    );
    await until("munged", async () => (await execa("munge", ["-n", "-S", socket], quiet)).exitCode === 0);
    start("slurmctld", "-D", "-i");
    await until(
      "slurmctld",
      async () => (await execa("scontrol", ["ping"], { ...quiet, env })).exitCode === 0,
    );
    start("slurmd", "-D");
    await until("slurmd", async () => {
      const { stdout } = await execa("sinfo", ["--noheader", "--format=%T"], { ...quiet, env });
      return stdout === "idle";
    });
  } catch (cause) {
    const log = await readFile(join(folder, "daemons.log"), "utf8").catch(() => "");
    await stop();
    throw new Error(`Slurm does not come up:\n${log.slice(-2000)}`, { cause });
  }
  return { env, stop };

  async function until(what: string, isUp: () => Promise<boolean>): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (await isUp()) return;
      await setTimeout(200);
    }
    throw new Error(`${what} does not answer`);
  }
}

const quiet = { reject: false, stdin: "ignore" } as const;

/** munged insists on who may read what: the key its own user only, the folder of the socket everyone. */
async function makeMungeFolder(folder: string, munge: string): Promise<void> {
  await mkdir(munge, { recursive: true });
  await chmod(folder, 0o755);
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) =>
    Number(spawnSync("id", [flag, "munge"], { encoding: "utf8" }).stdout),
  );
  const key = join(munge, "munge.key");
  await writeFile(key, randomBytes(1024), { mode: 0o400 });
  for (const path of [munge, key]) await chown(path, uid, gid);
  await chmod(munge, 0o711);
}

async function configuration(folder: string, socket: string): Promise<string> {
  const host = hostname();
  return `ClusterName=sluice
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${String(await freePort())}
SlurmdPort=${String(await freePort())}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${socket}
CredType=cred/munge
StateSaveLocation=${join(folder, "state")}
SlurmdSpoolDir=${join(folder, "spool")}
SlurmctldPidFile=${join(folder, "slurmctld.pid")}
SlurmdPidFile=${join(folder, "slurmd.pid")}
SlurmctldLogFile=${join(folder, "slurmctld.log")}
SlurmdLogFile=${join(folder, "slurmd.log")}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
KillWait=5
SlurmdParameters=config_overrides
NodeName=${host} NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN
PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP
`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  });
}
