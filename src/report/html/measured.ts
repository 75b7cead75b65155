import { comparisonsOf, type EngineComparison } from '../comparison.ts'
import { unknownText } from '../format.ts'
import {
  gateCallRows,
  generatorRows,
  liveRunsOf,
  scheduleSentence,
  type GeneratorRow,
  type LiveRun,
} from '../generator.ts'
import { eventRows } from '../events.ts'
import { k6Rows, k6RunsOf } from '../k6-runners.ts'
import { latencyTable } from '../measured-tables.ts'
import { sentOnlyText } from '../sent-only.ts'
import type { ReportRun } from '../types.ts'
import { html, runColumns, swatch, table, unbroken, verdictMark, type Markup } from './markup.ts'

type Runs = readonly ReportRun[]

function compared({ live, simulated, rows, text }: EngineComparison, runs: Runs): Markup {
  const head = (one: ReportRun) => html`${swatch(runs.indexOf(one))}${one.label}`
  return html`<p class="finding">${unbroken(text)}</p>
    ${table({
      caption: `Difference: how much more (+) or less (−) the simulation gives than was measured; of shares, in points of a hundred`,
      className: 'compared',
      columns: [
        { title: '', kind: 'head' },
        { title: head(live), kind: 'num' },
        { title: head(simulated), kind: 'num' },
        { title: 'Difference', kind: 'num' },
      ],
      rows: rows.map((row) => [
        row.label,
        unbroken(row.live),
        unbroken(row.simulated),
        row.off !== null && row.off > 0.25 ? html`<b>${row.difference}</b>` : row.difference,
      ]),
    })}`
}

/** The simulation held against the live run of the same. */
export function comparison(runs: Runs): Markup | null {
  const pairs = comparisonsOf(runs)
  if (pairs.length === 0) return null
  return html`<section aria-labelledby="compared">
    <h2 id="compared">Measured beside simulated</h2>
    <p>
      One scenario at one scale, once against a target over HTTP and once in the simulation. Where
      the two agree, there is reason to trust the simulation for what was not rehearsed; where they
      do not, target or generator did something that the scenario does not say.
    </p>
    ${pairs.map((pair) => compared(pair, runs))}
  </section> `
}

/** What people did to the system, or were to do. */
export function events(runs: Runs): Markup | null {
  const rows = eventRows(runs)
  if (rows.length === 0) return null
  const several = runs.length > 1
  return html`<section aria-labelledby="events">
    <h2 id="events">What was done to the system</h2>
    ${table({
      caption: 'Events of the scenario’s timeline, at the time at which they were tried',
      columns: [
        { title: 'Time', kind: 'keep' },
        { title: 'Event', kind: 'keep' },
        { title: 'Performed?', kind: 'keep' },
        { title: 'What came of it' },
        ...(several ? [{ title: 'Run' }] : []),
      ],
      rows: rows.map(({ clock, kind, performed, detail, label }) => [
        clock,
        kind,
        verdictMark(performed, ['performed', 'not performed']),
        detail === '' ? unknownText : detail,
        ...(several ? [label] : []),
      ]),
    })}
  </section> `
}

const clocksText = () =>
  html`<p>
    Three clocks for the same requests. <b>From the intended start</b> is what a visitor feels: it
    runs from the moment at which the scenario meant the request to leave, so that a wait for a
    connection, or in a generator that is late, counts. <b>From the send</b> runs from the moment at
    which the request was handed to a connection that stood: the target and the way there and back.
    <b>Connect and TLS</b> is the time to open a connection, of the requests that had to open one.
    What had no answer in time counts as long as its timeout.
  </p>`

/** Response times, by three clocks. */
export function latencies(runs: Runs): Markup | null {
  const [times] = latencyTable(runs)
  if (times === undefined) return null
  return html`<section aria-labelledby="latencies">
    <h2 id="latencies">${times.title}</h2>
    ${runs.some(({ run }) => run.header.timing === 'intended') ? clocksText() : null}
    ${[...new Set(runs.flatMap(({ run }) => sentOnlyText(run) ?? []))].map(
      (text) => html`<p><b>From the actual send</b> only, for imported runs. ${text}</p>`,
    )}
    ${table({
      caption: 'Wall time: p50, p95, p99',
      columns: times.head.map((title, at) => ({
        title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`,
        kind: at < times.rightFrom ? 'name' : 'num',
      })),
      rows: times.rows,
    })}
  </section> `
}

const meterPx = 120

/** How much of a limit was used, as a bar that is full at the limit. */
function meter(load: number, ok: boolean): Markup {
  const wide = Math.max(load > 0 ? 2 : 0, Math.round(Math.min(1, load) * meterPx))
  return html`<svg
    class="meter ${ok ? 'yes' : 'no'}"
    width="${meterPx}"
    height="10"
    aria-hidden="true"
  >
    <rect class="rail" width="${meterPx}" height="10" rx="2" />
    <rect width="${wide}" height="10" rx="2" />
  </svg>`
}

function generatorCell({ of, ok, load }: GeneratorRow, run: LiveRun): string | Markup {
  const text = unbroken(of(run))
  if (ok === undefined) return text
  const kept = ok(run)
  return html`${text}
  ${verdictMark(kept, ['kept', 'exceeded'])}${
    load === undefined ? null : html`<br />${meter(load(run), kept)}`
  }`
}

/** How the runners of k6 fared: what k6 tells of itself. */
export function k6Runners(runs: Runs): Markup | null {
  const imported = k6RunsOf(runs)
  if (imported.length === 0) return null
  const columns = runColumns(runs).filter((_, at) => imported.some((one) => one === runs[at]))
  return html`<section aria-labelledby="k6">
    <h2 id="k6">The k6 runners</h2>
    <p>
      k6 starts every visitor at a time of its own as long as it has a VU for them; those it has
      none for are counted here, and make the run invalid beyond the limit. How late requests left
      it does not tell.
    </p>
    ${table({
      caption: 'How the runners fared, all together',
      className: 'figures',
      columns: [{ title: '', kind: 'head' }, ...columns],
      rows: k6Rows(imported.map(({ run }) => run)).map(({ label, cells }) => [
        label,
        ...cells.map((cell) => unbroken(cell)),
      ]),
    })}
  </section>`
}

/** Whether the generator did what it was asked to: without that no figure of a live run counts. */
export function generator(runs: Runs): Markup | null {
  const live = liveRunsOf(runs)
  if (live.length === 0) return null
  const columns = runColumns(runs).filter((_, index) => live.some((one) => one === runs[index]))
  const calls = gateCallRows(live.map(({ run }) => run))
  return html`<section aria-labelledby="generator">
    <h2 id="generator">The generator</h2>
    <p>
      A run counts only if whoever sends the requests keeps the schedule: every arrival leaves at
      its own time, whatever the target does. What leaves late, or not at all, through the
      generator’s own fault is counted here, apart from what the target did.
    </p>
    ${live.map(({ run, label }) => {
      const name = live.length > 1 ? html`<b>${label}:</b> ` : null
      return html`<p class="finding">${name}${unbroken(scheduleSentence(run))}</p>`
    })}
    ${table({
      caption: 'How the generator itself fared',
      className: 'figures',
      columns: [{ title: '', kind: 'head' }, ...columns],
      rows: generatorRows.map((row) => [
        row.label,
        ...live.map(({ run }) => generatorCell(row, run)),
      ]),
    })}
    ${
      calls.length === 0
        ? null
        : html`<h3>Calls of the waiting room</h3>
            ${table({
              caption:
                'Asking for a ticket, and polling: no steps of the journey, so in none of the figures of requests',
              className: 'figures',
              columns: [{ title: '', kind: 'head' }, ...columns],
              rows: calls.map(({ label, cells }) => [label, ...cells]),
            })}`
    }
  </section> `
}
