import XmlBuilder from "fast-xml-builder";

/** An element's content: text, elements by name in their order, `@name` for attributes, lists for repeated elements. */
export type Xml = string | number | boolean | readonly Xml[] | { readonly [name: string]: Xml | undefined };

const builder = new XmlBuilder({
  attributeNamePrefix: "@",
  ignoreAttributes: false,
  format: true,
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

const namespaces = {
  "@xmlns:spirit": "http://www.spiritconsortium.org/XMLSchema/SPIRIT/1685-2009",
  "@xmlns:xilinx": "http://www.xilinx.com",
} as const;

/**
 * A document of IEEE 1685-2009, the IP-XACT that Vivado reads. Names without a prefix, attributes' too, are of its
 * namespace.
 */
export function ipXact(root: string, content: Readonly<Record<string, Xml | undefined>>): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build({
    [`spirit:${root}`]: { ...namespaces, ...(prefixed(content) as object) },
  })}`;
}

function prefixed(xml: Xml): unknown {
  if (Array.isArray(xml)) return (xml as readonly Xml[]).map(prefixed);
  if (typeof xml !== "object") return String(xml);
  return Object.fromEntries(
    Object.entries(xml).flatMap(([name, value]) => {
      if (value === undefined) return [];
      const isBare = /^@?\w+$/.test(name);
      return [[isBare ? name.replace(/^@?/, "$&spirit:") : name, prefixed(value)]];
    }),
  );
}
