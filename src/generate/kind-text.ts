import { SluiceError } from "../error.ts";
import { bits, bool, sint, uint, vec, type Kind } from "../hdl/index.ts";

/** How kinds are written on the command line. */
export const kindSyntax = "bool, bits8, uint4, sint9, or vec4x and a kind: vec4xuint3";

const scalars = { bits, uint, sint };

/**
 * The kind that a text stands for: `bool`, `bits8`, `uint4`, `sint9`, `vec4xuint3`.
 *
 * Throws SluiceError `bad-kind`.
 */
export function parseKind(text: string): Kind {
  if (text === "bool") return bool;
  const scalar = /^(bits|uint|sint)([1-9]\d{0,5})$/.exec(text);
  if (scalar !== null) return scalars[scalar[1] as keyof typeof scalars](Number(scalar[2]));
  const vector = /^vec([1-9]\d{0,5})x(.+)$/.exec(text);
  if (vector?.[2] !== undefined) return vec(Number(vector[1]), parseKind(vector[2]));
  throw new SluiceError("bad-kind", `"${text}" is not a kind`, { hint: `kinds: ${kindSyntax}` });
}

/**
 * Kinds by name, as in `a:bits8,b:uint4`.
 *
 * Throws SluiceError `bad-kind`.
 */
export function parseKinds(text: string): Readonly<Record<string, Kind>> {
  return Object.fromEntries(
    text.split(",").map((field) => {
      const match = /^([A-Za-z]\w*):(.+)$/.exec(field);
      if (match?.[1] === undefined || match[2] === undefined)
        throw new SluiceError("bad-kind", `"${field}" is not of the form name:kind`);
      return [match[1], parseKind(match[2])];
    }),
  );
}
