import type { Vlnv } from "./interfaces.ts";
import { ipXact, type Xml } from "./xml.ts";

/** The bus definition of a plain stream: no public one has a payload of any width and no bytes. */
export const streamVlnv: Vlnv = {
  ...{ vendor: "sluice", library: "interface", name: "stream", version: "1.0" },
};

const description =
  "A beat is handed over in each cycle in which VALID and READY are high. VALID does not wait for READY; VALID and PAYLOAD hold until the beat is taken.";

/** The bus definition, and its ports: what component.xml refers to. By the names of their files. */
export function streamBus(): ReadonlyMap<string, string> {
  const { vendor, library, name, version } = streamVlnv;
  const port = (
    logicalName: string,
    from: "master" | "slave",
    width: number | undefined,
    isData = false,
  ): Xml => {
    const side = (drives: boolean): Xml => ({
      presence: "required",
      ...(width === undefined ? {} : { width }),
      direction: drives ? "out" : "in",
    });
    return {
      logicalName,
      wire: {
        ...(isData ? { qualifier: { isData: true } } : {}),
        onMaster: side(from === "master"),
        onSlave: side(from === "slave"),
      },
    };
  };
  return new Map([
    [
      `${name}.xml`,
      ipXact("busDefinition", {
        ...streamVlnv,
        ...{ directConnection: true, isAddressable: false, maxMasters: 1, maxSlaves: 1, description },
      }),
    ],
    [
      `${name}_rtl.xml`,
      ipXact("abstractionDefinition", {
        ...{ vendor, library, name: `${name}_rtl`, version },
        busType: { "@vendor": vendor, "@library": library, "@name": name, "@version": version },
        ports: {
          port: [
            port("VALID", "master", 1),
            port("READY", "slave", 1),
            port("PAYLOAD", "master", undefined, true),
          ],
        },
      }),
    ],
  ]);
}
