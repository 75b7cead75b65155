import { documentHtml } from '../html/document.ts'
import { html, reasons, unbroken, type Markup } from '../html/markup.ts'
import { plainTable } from '../html/plain-table.ts'
import { figure } from '../html/sections.ts'
import type { ComparisonFigure } from './comparison-charts.ts'
import type { ComparisonReport } from './comparison-report.ts'
import { figureTable, modelTables, partingTable, runTable } from './comparison-tables.ts'
import {
  comparisonAnswer,
  comparisonSubtitle,
  comparisonTitle,
  sideEngines,
  warnings,
} from './comparison-words.ts'

function opening(report: ComparisonReport): Markup {
  return html`<header>
    <h1>${comparisonTitle(report)}</h1>
    <p class="sub">${unbroken(comparisonSubtitle(report))}</p>
    ${warnings(report.comparison).map(
      ({ title, text }) =>
        html`<div class="banner">
          <b>${title}</b>
          <p>${text}</p>
        </div> `,
    )}
    <p class="answer"><b>The answer</b>${unbroken(comparisonAnswer(report))}</p>
    ${reasons(report.comparison.notes)}
  </header> `
}

function figures(report: ComparisonReport, drawn: Markup[]): Markup {
  const table = figureTable(report)
  return html`<section aria-labelledby="figures">
    <h2 id="figures">${table.title}</h2>
    <p>${unbroken(table.text.join(' '))}</p>
    ${drawn}
    ${plainTable(table, {
      caption:
        'One row a figure; beneath a difference its interval. Of shares, differences are in points of a hundred',
      className: 'wide candidates',
      kinds: ['name', 'keep'],
    })}
  </section> `
}

function partingSection(report: ComparisonReport): Markup | null {
  const [curves] = partingTable(report)
  const models = modelTables(report)
  if (curves === undefined && models.length === 0) return null
  const isModel = sideEngines(report) !== null
  const title = isModel ? 'Where the model and the stack part ways' : 'Where the curves part'
  return html`<section aria-labelledby="partings">
    <h2 id="partings">${title}</h2>
    ${
      curves === undefined
        ? null
        : html`<p>${curves.text.join(' ')}</p>
            ${plainTable(curves, { caption: 'Furthest apart first', className: 'compared' })}`
    }
    ${models.map(
      (model) =>
        html`<p>The first runs of the sides in more figures. ${unbroken(model.text.join(' '))}</p>
          ${plainTable(model, {
            caption:
              'Difference: how much more (+) or less (−) the simulation gives than was measured',
            className: 'compared',
            kinds: ['name'],
          })}`,
    )}
  </section> `
}

function runs(report: ComparisonReport): Markup | null {
  const [table] = runTable(report)
  if (table === undefined) return null
  return html`<section aria-labelledby="runs">
    <h2 id="runs">${table.title}</h2>
    ${plainTable(table, { caption: 'The values that the figures come of', kinds: ['name'] })}
  </section> `
}

/** The comparison as one HTML file that needs no network. */
export function comparisonHtml(
  report: ComparisonReport,
  drawn: readonly ComparisonFigure[],
): string {
  const differences = drawn.filter(({ name }) => name === 'differences').map(figure)
  const overlays = drawn.filter(({ name }) => name !== 'differences').map(figure)
  const body = html`<main class="page">
    ${opening(report)} ${figures(report, differences)} ${partingSection(report)}
    <section aria-labelledby="pictures">
      <h2 id="pictures">The runs over each other</h2>
      <p class="note">
        One line a run, one colour a side. The shaded stretches and dashed marks are those of the
        first run of the baseline. Click a name below a chart to hide or show that side.
      </p>
      ${overlays}
    </section>
    ${runs(report)}
    <footer>Made by dambreak from the runs’ records alone.</footer>
  </main>`
  return documentHtml({ title: comparisonTitle(report), body, figures: drawn })
}
