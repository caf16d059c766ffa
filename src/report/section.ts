import { markup, trusted, type Markup } from "./html.ts";

export interface Section {
  /** For links within the page. */
  readonly id: string;
  readonly title: string;
  readonly content: Markup;
}

/** What a section begins and ends with. Nothing else on the page does: all names on it are escaped. */
export const sectionStart = (id: string): string => `<section id="${id}"`;
export const sectionEnd = "</section>";

export function sectionMarkup({ id, title, content }: Section): Markup {
  return markup`${trusted(sectionStart(id))} aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  ${trusted(sectionEnd)}`;
}
