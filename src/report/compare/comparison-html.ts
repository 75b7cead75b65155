import type { ComparedFigure, DifferenceVerdict } from '../../compare/compare.ts'
import { documentHtml } from '../html/document.ts'
import { html, reasons, table, unbroken, type Column, type Markup } from '../html/markup.ts'
import { cellOf, plainTable } from '../html/plain-table.ts'
import { figure } from '../html/sections.ts'
import type { ComparisonFigure } from './comparison-charts.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { figureTable, modelTables, divergenceTable, runTable } from './comparison-tables.ts'
import {
  comparisonAnswer,
  comparisonSubtitle,
  comparisonTitle,
  sideEngines,
  verdictText,
  warnings,
} from './comparison-words.ts'
import { comparisonNoteText } from './mismatch-words.ts'

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
    ${reasons(report.comparison.notes.map(comparisonNoteText))}
  </header> `
}

const markClass: Partial<Record<DifferenceVerdict, string>> = { worse: 'no', better: 'yes' }

function verdictCell(figure: ComparedFigure): Markup {
  const text = verdictText(figure)
  const name = markClass[figure.verdict]
  if (name !== undefined) return html`<span class="tag ${name}">${text}</span>`
  return figure.verdict === 'changed'
    ? html`<b>${text}</b>`
    : html`<span class="quiet">${text}</span>`
}

function figures(report: ComparisonReport, drawn: Markup[]): Markup {
  const { title, text, head, rows } = figureTable(report)
  const kinds: readonly Column['kind'][] = ['name', 'keep']
  const isRepeated = report.comparison.kind === 'repeated'
  return html`<section aria-labelledby="figures">
    <h2 id="figures">${title}</h2>
    <p>${unbroken(text.join(' '))}</p>
    ${drawn}
    ${table({
      caption: `One row a figure${isRepeated ? '; beneath a difference its interval' : ''}. Of shares, differences are in points of a hundred`,
      className: 'wide candidates',
      columns: head.map((name, at) => ({ title: name, kind: kinds[at] ?? 'num' })),
      rows: rows.map((row, at) => {
        const figure = report.comparison.figures[at]
        return row.map((cell, column) =>
          column === 1 && figure !== undefined ? verdictCell(figure) : cellOf(cell),
        )
      }),
    })}
  </section> `
}

function divergenceSection(report: ComparisonReport): Markup | null {
  const [curves] = divergenceTable(report)
  const models = modelTables(report)
  if (curves === undefined && models.length === 0) return null
  const isModel = sideEngines(report) !== null
  const title = isModel ? 'Where the model and the stack differ' : 'Where the curves differ most'
  return html`<section aria-labelledby="divergences">
    <h2 id="divergences">${title}</h2>
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
    ${opening(report)} ${figures(report, differences)} ${divergenceSection(report)}
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
