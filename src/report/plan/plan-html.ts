import type { Range } from '../../plan/plan-figures.ts'
import type { Candidate, Plan } from '../../plan/plan-record.ts'
import { formats, unknownText } from '../format.ts'
import { documentHtml } from '../html/document.ts'
import { html, reasons, table, unbroken, type Column, type Markup } from '../html/markup.ts'
import { plainTable, stacked } from '../html/plain-table.ts'
import { figure } from '../html/sections.ts'
import { evidenceMeaning } from '../words.ts'
import { answerText, besideAnswer, keyFigures, planSubtitle, planTitle } from './answer.ts'
import type { PlanChartName, PlanFigure } from './plan-charts.ts'
import { mapSays, triggerText } from './map-words.ts'
import * as tables from './plan-tables.ts'
import { reasonTexts } from './reason-words.ts'
import {
  cellWords,
  costText,
  isOverBudget,
  rangeParts,
  regretText,
  timeText,
  verdictWords,
} from './plan-words.ts'

type Draw = (...names: PlanChartName[]) => Markup[]

const opening = (plan: Plan, title: string | undefined) =>
  html`<header>
    <h1>${planTitle(plan, title)}</h1>
    <p class="sub">${unbroken(planSubtitle(plan))}</p>
    <p class="answer"><b>The answer</b>${unbroken(answerText(plan))}</p>
    ${reasons([...reasonTexts(plan), ...besideAnswer(plan)])}
    <dl class="strip">
      ${keyFigures(plan).map(
        ({ label, value, more }) =>
          html`<div>
            <dt>${label}</dt>
            <dd class="value">${unbroken(value)}</dd>
            <dd class="around">${unbroken(more)}</dd>
          </div> `,
      )}
    </dl>
    <p class="note">
      All objectives:
      ${plan.header.slo.map((expr, at) => html`${at === 0 ? '' : ', '}<code>${expr}</code>`)}. A
      figure beneath another is the range from its 5th to its 95th percentile over what is assumed;
      beneath a probability it is the 95% confidence interval.
    </p>
  </header> `

function verdictCell(plan: Plan, { instances, verdict }: Candidate): Markup {
  const { sign, word } = verdictWords[verdict]
  const classes = { meets: 'yes', fails: 'no', undecided: 'undecided' }
  const isAnswer = instances === plan.recommendation.instances
  return html`<span class="tag ${classes[verdict]}">${sign} ${word}</span>${
      isAnswer ? html` <span class="chip">recommended</span>` : null
    }`
}

function candidateRow(plan: Plan, one: Candidate, isPriced: boolean): (string | Markup)[] {
  const share = ({ value, low, high }: Candidate['pMeetsSlo']) =>
    stacked({
      mid: formats.share(value),
      around: `${formats.share(low)} to ${formats.share(high)}`,
    })
  const range = (of: Range, said: (value: number) => string, missing?: string) =>
    stacked(rangeParts(of, said, missing))
  const over = isOverBudget(plan, one) === true ? 'over the budget' : ''
  const isMin = one.instances === plan.recommendation.minRegretInstances
  return [
    formats.count(one.instances),
    verdictCell(plan, one),
    share(one.pMeetsSlo),
    share(one.pCollapse),
    range(one.waitSecP95, timeText),
    range(one.drainSec, timeText),
    range(one.goodputPerSec, formats.perSec, unknownText),
    stacked({ mid: costText(plan, one.cost), around: over }),
    ...(isPriced
      ? [stacked({ mid: regretText(plan, one.regret), around: isMin ? 'the lowest' : '' })]
      : []),
  ]
}

function candidates(plan: Plan, draw: Draw): Markup {
  const plain = tables.candidateTable(plan)
  const isPriced = plain.head.length > 8
  return html`<section aria-labelledby="candidates">
    <h2 id="candidates">The candidates</h2>
    ${draw('probability')}
    ${table({
      caption: `One row a number of servers; asked for is a probability of ${formats.share(plan.header.probability)}`,
      className: 'wide candidates',
      columns: plain.head.map((title, at): Column => ({
        title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
        kind: at === 1 ? 'name' : 'num',
      })),
      rows: plan.candidates.map((one) => candidateRow(plan, one, isPriced)),
    })}
    ${tables.confirmedTexts(plan).map((text) => html`<p class="note">${unbroken(text)}</p>`)}
    ${draw('waits', 'regret')}
  </section> `
}

function objectives(plan: Plan, draw: Draw): Markup | null {
  const [found] = tables.objectiveTable(plan)
  if (found === undefined) return null
  return html`<section aria-labelledby="objectives">
    <h2 id="objectives">Which objective decides</h2>
    ${draw('objectives')}
    ${plainTable(found, {
      caption:
        'The smallest number of servers at which an objective by itself held in as large a share of the draws as is asked for; a number that is decided early has few draws',
      kinds: ['code'],
      className: 'compared',
    })}
  </section> `
}

function levers(plan: Plan, draw: Draw): Markup | null {
  const [found] = tables.leverTable(plan)
  if (found === undefined) return null
  return html`<section aria-labelledby="levers">
    <h2 id="levers">${found.title}</h2>
    <p>
      What else could be done, and how many servers are needed then. The wait is that with the
      smallest number of servers that meets all objectives, or with the largest tried.
    </p>
    ${draw('levers')}
    ${plainTable(found, {
      caption: 'Fewest servers first',
      kinds: ['name', 'long', 'keep', 'keep', 'num'],
    })}
  </section> `
}

function sensitivity(plan: Plan, draw: Draw): Markup | null {
  const [found] = tables.sensitivityTable(plan)
  if (found === undefined) return null
  return html`<section aria-labelledby="sensitivity">
    <h2 id="sensitivity">${found.title}</h2>
    ${draw(
      'sensitivity-instances',
      'sensitivity-probability',
      'sensitivity-collapse',
      'sensitivity-wait',
    )}
    ${plainTable(found, { caption: 'Largest swing first', kinds: ['code', 'keep'] })}
  </section> `
}

function collapse(plan: Plan, draw: Draw): Markup | null {
  const { collapseMap: map } = plan
  const [found] = tables.mapTable(plan)
  if (map === null || found === undefined) return null
  const words = Object.values(cellWords)
  return html`<section aria-labelledby="map">
    <h2 id="map">When it collapses</h2>
    <p>
      ${words.map(({ word, meaning }, at) => html`<b>${word}</b>: ${meaning}${at < words.length - 1 ? '; ' : '. '}`)}
      The trigger: ${triggerText(map.trigger)}.
    </p>
    <ul>
      ${mapSays(map).map((line) => html`<li>${line}</li>`)}
    </ul>
    ${draw('collapse-map', 'collapse-tries')}
    <details>
      <summary>The map as a table</summary>
      ${plainTable(found, { caption: '+: adding servers under load brings it back' })}
    </details>
  </section> `
}

function analytic(plan: Plan): Markup {
  const [apart] = tables.disagreementTable(plan)
  return html`<section aria-labelledby="analytic">
    <h2 id="analytic">Closed forms beside the simulation</h2>
    <p>
      Queueing theory at the middle of all parameters, for whoever wants to check by hand: offered
      load, square-root staffing for it and for the peak of the modified offered load, Erlang A of a
      station (with the shortest timeout as patience) and the fluid queue. A dash: no finite answer.
    </p>
    ${
      apart === undefined
        ? html`<p>The two agree within the tolerance ${tables.comparedText(plan)}.</p>`
        : html`<h3>${apart.title}</h3>
            <p>They were compared ${tables.comparedText(plan)}.</p>
            ${plainTable(apart, {
              caption: 'By more than the tolerance',
              kinds: ['num', 'name', 'num', 'num', 'long'],
            })}`
    }
    ${plainTable(tables.analyticTable(plan), {
      caption:
        'One row a number of servers; a station’s load is what it is offered at the rate of admissions',
      className: 'wide candidates',
      kinds: ['num', 'name', 'long'],
    })}
  </section> `
}

function assumed(plan: Plan): Markup {
  const [found] = tables.measureTable(plan)
  const { from } = plan.header.parameters
  const how = {
    intervals: 'Each parameter was drawn from its own interval, independently of the others.',
    ensemble:
      'The parameters were drawn together, as sets that reproduce what was reported or measured: what is known only in combination stays so. Their middle is the set nearest to all others. Intervals that the sets do not name were drawn on their own.',
    fixed: 'All parameters stood at their middle: the figures leave out how uncertain they are.',
  }[from]
  return html`<section aria-labelledby="assumed">
    <h2 id="assumed">What is assumed, and should be measured next</h2>
    <p>${how}</p>
    ${
      found === undefined
        ? html`<p>Nothing that is only assumed moves the answer.</p>`
        : plainTable(found, {
            caption: `Most important first; assumed: ${evidenceMeaning.assumed}`,
            kinds: ['code', 'keep', 'long', 'long'],
          })
    }
  </section> `
}

const audit = (plan: Plan) =>
  html`<section aria-labelledby="audit">
    <h2 id="audit">How it was computed</h2>
    ${plainTable(tables.auditTable(plan), {
      caption: 'What it takes to repeat this plan',
      className: 'figures',
      kinds: ['head', 'long'],
    })}
  </section> `

/** The plan as one HTML file that needs no network. */
export function planHtml(plan: Plan, figures: readonly PlanFigure[], title?: string): string {
  const draw: Draw = (...names) =>
    names.flatMap((name) => figures.filter((one) => one.name === name)).map(figure)
  const body = html`<main class="page">
    ${opening(plan, title)} ${candidates(plan, draw)} ${objectives(plan, draw)}
    ${levers(plan, draw)} ${sensitivity(plan, draw)} ${collapse(plan, draw)} ${analytic(plan)}
    ${assumed(plan)} ${audit(plan)}
    <footer>
      Made by dambreak from plan.json alone. Its figures come from simulations of the scenario: they
      hold as far as its assumptions do.
    </footer>
  </main>`
  return documentHtml({ title: planTitle(plan, title), body, figures })
}
