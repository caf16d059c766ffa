/** What is used of the wavedrom package, which has no types of its own. */
declare module "wavedrom" {
  /** Markup as nested arrays (JsonML). */
  type Markup = readonly unknown[];

  interface WaveDrom {
    readonly waveSkin: unknown;
    readonly renderAny: (index: number, source: object, skin: unknown) => Markup;
    readonly onml: { readonly stringify: (markup: Markup) => string };
  }

  const wavedrom: WaveDrom;
  export default wavedrom;
}
