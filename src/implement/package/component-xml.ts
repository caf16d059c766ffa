import type { Access, Register, RegisterMap } from "../../../rtl/axi/index.ts";
import type { Port } from "../vivado/ports.ts";
import { isActiveLow, type BusInterface, type Vlnv } from "./interfaces.ts";
import { streamVlnv } from "./stream-bus.ts";
import { ipXact, type Xml } from "./xml.ts";

export interface ComponentFiles {
  /** Paths in the package. The memory files are read by the SystemVerilog, by their bare names. */
  readonly rtl: readonly string[];
  readonly wrapper: string;
  readonly memories: readonly string[];
  readonly testbench: string;
  readonly testbenchMemories: readonly string[];
  readonly gui: string;
}

export interface Component {
  readonly vlnv: Vlnv;
  readonly title: string;
  readonly description: string;
  /** Name of the wrapper's module. */
  readonly top: string;
  readonly testbenchTop: string;
  readonly clockMHz: number;
  /** Families of Vivado that it can be built for. */
  readonly families: readonly string[];
  readonly ports: readonly Port[];
  readonly buses: readonly BusInterface[];
  /** What is behind the AXI4-Lite interface, where there is one. */
  readonly registers: RegisterMap | undefined;
  readonly files: ComponentFiles;
}

/** A view of the component for one purpose of Vivado's, by the name of its file set. */
interface View {
  readonly name: string;
  readonly title: string;
  readonly environment: string;
  readonly top?: string;
  readonly files: readonly Xml[];
}

/** `component.xml`, as Vivado's IP repository takes it and IEEE 1685-2009 defines it. */
export function componentXml(component: Component): string {
  const { vlnv, title, description, clockMHz, families, ports, buses, registers } = component;
  const views = viewsOf(component);
  const lite = buses.filter(({ kind }) => kind === "axi-lite");
  return ipXact("component", {
    ...vlnv,
    busInterfaces: { busInterface: buses.map((bus) => busXml(bus, buses, clockMHz)) },
    memoryMaps:
      registers === undefined ? undefined : { memoryMap: lite.map((bus) => memoryMap(bus, registers)) },
    model: { views: { view: views.map(viewXml) }, ports: { port: ports.map(portXml) } },
    choices: {
      choice: { name: "polarity", enumeration: ["ACTIVE_HIGH", "ACTIVE_LOW"] },
    },
    fileSets: { fileSet: views.map(({ name, files }) => ({ name: `${name}_view_fileset`, file: files })) },
    description,
    parameters: {
      parameter: {
        name: "Component_Name",
        value: { "@resolve": "user", "@id": "PARAM_VALUE.Component_Name", "@order": 1, "#text": vlnv.name },
      },
    },
    vendorExtensions: {
      "xilinx:coreExtensions": {
        "xilinx:supportedFamilies": {
          "xilinx:family": families.map((family) => ({
            "@xilinx:lifeCycle": "Production",
            "#text": family,
          })),
        },
        "xilinx:taxonomies": { "xilinx:taxonomy": "/UserIP" },
        "xilinx:displayName": title,
        "xilinx:coreRevision": 1,
      },
    },
  });
}

function viewsOf({ top, testbenchTop, files }: Component): readonly View[] {
  const hdl = [
    ...files.rtl.map((file) => fileXml(file, "systemVerilogSource")),
    fileXml(files.wrapper, "verilogSource"),
    ...files.memories.map((file) => fileXml(file, "mem")),
  ];
  return [
    {
      ...{ name: "xilinx_anylanguagesynthesis", title: "Synthesis", top, files: hdl },
      environment: ":vivado.xilinx.com:synthesis",
    },
    {
      ...{ name: "xilinx_anylanguagebehavioralsimulation", title: "Simulation", top, files: hdl },
      environment: ":vivado.xilinx.com:simulation",
    },
    {
      ...{ name: "xilinx_testbench", title: "Test Bench", top: testbenchTop },
      environment: ":vivado.xilinx.com:simulation.testbench",
      files: [
        fileXml(files.testbench, "systemVerilogSource"),
        ...files.testbenchMemories.map((file) => fileXml(file, "mem")),
      ],
    },
    {
      ...{ name: "xilinx_xpgui", title: "UI Layout", environment: ":vivado.xilinx.com:xgui.ui" },
      files: [{ name: files.gui, fileType: "tclSource", userFileType: "XGUI_VERSION_2" }],
    },
  ];
}

/** Memory files have a type of Vivado's, which the standard does not list. */
function fileXml(name: string, type: "systemVerilogSource" | "verilogSource" | "mem"): Xml {
  return type === "mem" ? { name, userFileType: "mem" } : { name, fileType: type };
}

function viewXml({ name, title, environment, top }: View): Xml {
  return {
    name,
    displayName: title,
    envIdentifier: environment,
    ...(top === undefined ? {} : { language: "Verilog", modelName: top }),
    fileSetRef: { localName: `${name}_view_fileset` },
  };
}

function portXml({ name, direction, width }: Port): Xml {
  const vector = {
    left: { "@format": "long", "#text": (width ?? 1) - 1 },
    right: { "@format": "long", "#text": 0 },
  };
  const views = ["xilinx_anylanguagesynthesis", "xilinx_anylanguagebehavioralsimulation"];
  return {
    name,
    wire: {
      direction: direction === "input" ? "in" : "out",
      ...(width === undefined ? {} : { vector }),
      wireTypeDefs: { wireTypeDef: { typeName: "wire", viewNameRef: views } },
    },
  };
}

const xilinx = (library: string, name: string): Vlnv => ({
  ...{ vendor: "xilinx.com", library, name, version: "1.0" },
});

const busTypes: Readonly<Record<BusInterface["kind"], Vlnv>> = {
  stream: streamVlnv,
  "axi-stream": xilinx("interface", "axis"),
  "axi-lite": xilinx("interface", "aximm"),
  clock: xilinx("signal", "clock"),
  reset: xilinx("signal", "reset"),
};

function busXml(bus: BusInterface, buses: readonly BusInterface[], clockMHz: number): Xml {
  const { name, kind, mode } = bus;
  const type = busTypes[kind];
  const vlnv = ({ vendor, library, name: called, version }: Vlnv): Xml => ({
    ...{ "@vendor": vendor, "@library": library, "@name": called, "@version": version },
  });
  const memory = kind === "axi-lite" ? { memoryMapRef: { "@memoryMapRef": name } } : "";
  const parameters = busParameters(bus, buses, clockMHz);
  return {
    name,
    busType: vlnv(type),
    abstractionType: vlnv({ ...type, name: `${type.name}_rtl` }),
    [mode]: memory,
    portMaps: {
      portMap: Object.entries(bus.ports).map(([logical, physical]) => ({
        logicalPort: { name: logical },
        physicalPort: { name: physical },
      })),
    },
    ...(parameters.length === 0 ? {} : { parameters: { parameter: parameters } }),
  };
}

/** What Vivado propagates along clocks and resets. */
function busParameters(bus: BusInterface, buses: readonly BusInterface[], clockMHz: number): readonly Xml[] {
  const parameter = (name: string, value: string | number, choice = {}): Xml => ({
    name,
    value: { "@id": `BUSIFPARAM_VALUE.${bus.name.toUpperCase()}.${name}`, ...choice, "#text": value },
  });
  const named = (wanted: readonly BusInterface["kind"][]): string =>
    buses
      .filter(({ kind }) => wanted.includes(kind))
      .map(({ name }) => name)
      .join(":");
  switch (bus.kind) {
    case "clock":
      return [
        parameter("ASSOCIATED_BUSIF", named(["stream", "axi-stream", "axi-lite"])),
        parameter("ASSOCIATED_RESET", named(["reset"])),
        parameter("FREQ_HZ", Math.round(clockMHz * 1e6)),
      ];
    case "reset": {
      const polarity = isActiveLow(bus.name) ? "ACTIVE_LOW" : "ACTIVE_HIGH";
      return [parameter("POLARITY", polarity, { "@choiceRef": "polarity" })];
    }
    default:
      return [];
  }
}

/** As many bytes as there are addresses, 4 KiB at least, the least that interconnects decode. */
function memoryMap(bus: BusInterface, { addressBits, registers }: RegisterMap): Xml {
  return {
    name: bus.name,
    addressBlock: {
      name: "registers",
      baseAddress: { "@format": "long", "#text": 0 },
      range: { "@format": "long", "#text": Math.max(4096, 2 ** addressBits) },
      width: { "@format": "long", "#text": 32 },
      usage: "register",
      register: registers.map(registerXml),
    },
  };
}

/** Writing a 1 to a sticky bit clears it; what a written 1 starts reads as 0. */
const accesses: Readonly<Record<Access, string>> = {
  ...{ ro: "read-only", rw: "read-write", w1c: "read-write", wo: "write-only" },
};

function registerXml({ name, doc, offset, access, fields, value }: Register): Xml {
  const isVolatile = access === "w1c" || (access === "ro" && value === undefined);
  return {
    name,
    description: doc,
    addressOffset: offset,
    size: 32,
    volatile: isVolatile,
    access: accesses[access],
    ...(access === "wo" || isVolatile ? {} : { reset: { value: value ?? 0 } }),
    field: fields.map((field) => ({
      name: field.name,
      description: field.doc,
      bitOffset: field.lsb,
      bitWidth: field.width,
      access: accesses[access],
      ...(access === "w1c" ? { modifiedWriteValue: "oneToClear" } : {}),
    })),
  };
}
