import { documentHtml } from '../html/document.ts'
import { html, reasons, unbroken, type Markup } from '../html/markup.ts'
import { plainTable } from '../html/plain-table.ts'
import { figure } from '../html/sections.ts'
import type { FitFigure } from './fit-charts.ts'
import { estimateTable, missingTable, settingTable } from './fit-tables.ts'
import { fitAnswer, fitSubtitle, fitTitle, noteTexts, type FitReport } from './fit-words.ts'

function estimates({ fitted }: FitReport): Markup | null {
  const [found] = estimateTable(fitted)
  if (found === undefined) return null
  const [chosen] = settingTable(fitted)
  return html`<section aria-labelledby="estimates">
    <h2 id="estimates">${found.title}</h2>
    ${plainTable(found, {
      caption: 'Low and high are the 5th and 95th percentile of what the data leave possible',
      kinds: ['code', 'long'],
    })}
    ${
      chosen === undefined
        ? null
        : plainTable(chosen, {
            caption: 'Fields that are no numbers',
            className: 'compared',
            kinds: ['code'],
          })
    }
  </section> `
}

function missing({ fitted }: FitReport): Markup | null {
  const [found] = missingTable(fitted)
  if (found === undefined) return null
  return html`<section aria-labelledby="missing">
    <h2 id="missing">${found.title}</h2>
    <p>These stay as they were in the scenario: a value that is not identifiable is not made up.</p>
    ${plainTable(found, {
      caption: 'Why, and what to measure',
      kinds: ['code', 'long', 'long'],
    })}
  </section> `
}

/** The report of a fit as one HTML file that needs no network. */
export function fitHtml(fit: FitReport, figures: readonly FitFigure[]): string {
  const body = html`<main class="page">
    <header>
      <h1>${fitTitle}</h1>
      <p class="sub">${fitSubtitle(fit)}</p>
      <p class="answer"><b>In short</b>${unbroken(fitAnswer(fit))}</p>
      ${reasons(noteTexts(fit))}
    </header>
    ${estimates(fit)} ${missing(fit)}
    ${
      figures.length === 0
        ? null
        : html`<section aria-labelledby="pictures">
            <h2 id="pictures">Fits against data</h2>
            <p class="note">
              A fit whose data lie outside its band does not describe them, whatever its interval
              says.
            </p>
            ${figures.map(figure)}
          </section> `
    }
    <footer>Made by dambreak. Estimates are only as good as the data that they come from.</footer>
  </main>`
  return documentHtml({ title: fitTitle, body, figures })
}
