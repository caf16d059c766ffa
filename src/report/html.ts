import { html, raw } from "hono/html";

/** Markup in which every interpolated value was escaped, save other markup. */
export type Markup = ReturnType<typeof html>;

/**
 * A template of markup: \`<td>${name}</td>\`. What is put in is escaped; arrays are joined; null, undefined and false
 * leave nothing.
 */
export const markup: (strings: TemplateStringsArray, ...values: readonly unknown[]) => Markup = html;

/** Text that is markup already, by a library that has escaped what it was given. */
export const trusted: (text: string) => Markup = raw;

/** The text of markup, without the indentation that it has in the source. */
export const textOf = async (part: Markup): Promise<string> => String(await part).replaceAll(/\n\s+/g, "\n");
