import { headlineOf, stateWords } from '../headline.ts'
import { allNotices, notesOf } from '../notices.ts'
import { loadTexts } from '../scale.ts'
import { isWhyKnown } from '../saturation.ts'
import { howText, reportTitle, spanText } from '../title.ts'
import type { ReportOptions, ReportRun } from '../types.ts'
import { html, swatch, unbroken, type Markup } from './markup.ts'

type Runs = readonly ReportRun[]

/** What must be known before any figure is read. */
function banners(runs: Runs): Markup[] {
  return allNotices(runs).map(
    ({ kind, title, text }) =>
      html`<div class="banner ${kind}" role="note">
        <b>${kind === 'stop' ? '✕' : '!'} ${title}</b>
        <p>${unbroken(text)}</p>
      </div> `,
  )
}

/** Title, when and how it was run, and the answer. */
export function opening(runs: Runs, options: ReportOptions): Markup {
  const base = runs[0]
  const sub = base === undefined ? '' : `${spanText(base.run, options)} ${howText(runs)}`
  const description = base?.run.scenario['description']
  return html`<header>
    <h1>${reportTitle(runs, options)}</h1>
    <p class="sub">${unbroken(sub)}</p>
    ${typeof description === 'string' && description !== '' ? html`<p>${description}</p>` : null}
    ${banners(runs)}
    ${options.answer === undefined ? null : html`<p class="answer"><b>The answer</b>${unbroken(options.answer)}</p>`}
  </header> `
}

export function headlines(runs: Runs): Markup {
  const items = runs.map(({ run, label }, index) => {
    const { state, sentence, details } = headlineOf(run)
    const { sign, word } = stateWords[state]
    return html`<li>
      <div class="name">
        ${swatch(index)}<span>${label}</span> <span class="chip ${state}">${sign} ${word}</span>
      </div>
      <p class="what">${unbroken(sentence)}</p>
      <p class="more">${unbroken(details)}</p>
    </li> `
  })
  return html`<section aria-labelledby="what">
    <h2 id="what">${isWhyKnown(runs) ? 'What happened, and why' : 'What happened'}</h2>
    <ol class="heads">
      ${items}
    </ol>
    ${[...loadTexts(runs), ...notesOf(runs)].map((text) => html`<p class="scale">${text}</p>`)}
  </section> `
}
