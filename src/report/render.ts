import { count } from "./figures.ts";
import { markup, textOf, trusted } from "./html.ts";
import type { ReportData } from "./report-data.ts";
import { sectionMarkup } from "./section.ts";
import { headline, sectionsOf } from "./sections.ts";
import { style } from "./style.ts";

/**
 * The report of a design as one HTML file. It opens from disk, loads nothing (its content security policy forbids it),
 * has no script, and is the same text for the same data.
 */
export async function renderReport(data: ReportData): Promise<string> {
  const { plan } = data;
  const sections = await sectionsOf(data);
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${plan.model} on ${plan.board}: Sluice report</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <header>
          <h1>${plan.model} on ${plan.board}</h1>
          <p>Streaming accelerator by Sluice, predicted at ${count(plan.clockMHz)} MHz</p>
        </header>
        <nav aria-label="Sections">
          <ul>
            ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
          </ul>
        </nav>
        <main>
          ${headline(plan)}
          ${sections.map(sectionMarkup)}
        </main>
      </body>
    </html>`;
  return `${await textOf(page)}\n`;
}
