/**
 * `npm run validate:grain`: coarse simulations of 19 July 2021 beside full ones, at full size, over
 * the box of assumptions. A Markdown table on standard output, progress on standard error.
 */
import { Command, InvalidArgumentError } from 'commander'
import { median } from 'simple-statistics'
import { must } from '../core/assert.ts'
import { DambreakError, faultText } from '../core/errors.ts'
import { usToSec } from '../core/units.ts'
import { simFigures } from '../engine/sim/figures.ts'
import type { Grain } from '../engine/sim/grain.ts'
import { simulate } from '../engine/sim/simulate.ts'
import { evaluate } from '../objectives/evaluate.ts'
import { isFault, parseExpression } from '../objectives/expression.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { sampleDocuments } from '../scenario/request/sample.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { holdInstances, variantDocument } from '../scenario/load/variants.ts'
import { ExitCode, exitCodeOf } from '../cli/exit.ts'
import { wholeNumber } from '../cli/options.ts'

const scenarioName = '2021-07-19-ages-53-54'
const variants = { tight: '4-tight', leaking: '4-leaking' }

interface Candidate {
  readonly instances: number
  readonly gate: keyof typeof variants
}

interface Options {
  readonly draws: number
  readonly candidates: readonly Candidate[]
  readonly rows?: number
}

/** `4-tight,20-leaking`. */
function candidateList(text: string): Candidate[] {
  return text.split(',').map((one) => {
    const [, digits, gate] = /^(\d+)-(tight|leaking)$/.exec(one.trim()) ?? []
    if (digits === undefined || (gate !== 'tight' && gate !== 'leaking')) {
      throw new InvalidArgumentError('It must be a list such as 4-tight,20-leaking.')
    }
    return { instances: wholeNumber(1, 1000)(digits), gate }
  })
}

function parse(args: readonly string[]): Options {
  return new Command('npm run validate:grain --')
    .description('Holds coarse simulations of the night against full ones, draw by draw.')
    .option('--draws <n>', 'points of the box of assumptions', wholeNumber(1, 1000), 6)
    .option(
      '--candidates <list>',
      'instances and gate of each',
      candidateList,
      candidateList('4-tight,10-tight,20-tight,20-leaking'),
    )
    .option('--rows <n>', 'rows for the crowd in the coarse runs', wholeNumber(1, 10_000_000))
    .showHelpAfterError('(--help lists the options)')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : ExitCode.usage))
    .parse(args, { from: 'user' })
    .opts<Options>()
}

const asked = {
  waitP95Sec: 'waitSec.p95',
  errorShare: 'errorShare',
  firstHour: 'requestErrorShare during 20:00..21:00',
  responseP95Ms: 'responseMs.p95 during 20:00..21:00',
  booked: 'people.booked',
  collapse: 'collapse.fromSec',
}
type Facts = Record<keyof typeof asked, number | null> & { cpuSec: number; skippedShare: number }

/** Runs it and reads the figures, and what that took. */
function factsOf(scenario: Scenario, seed: number, grain?: Grain): Facts {
  const before = process.cpuUsage()
  const result = simulate(scenario, { seed, ...(grain === undefined ? {} : { grain }) })
  const figures = simFigures(scenario, result)
  const values = Object.entries(asked).map(([name, text]) => {
    const expression = parseExpression(text)
    if (isFault(expression)) throw new Error(`dambreak bug: ${expression.message}`)
    return [name, evaluate(expression, figures).observed]
  })
  const { user, system } = process.cpuUsage(before)
  return {
    ...(Object.fromEntries(values) as Record<keyof typeof asked, number | null>),
    cpuSec: usToSec(user + system),
    skippedShare: result.grain.skippedShare,
  }
}

function scenarioAt(document: Mapping, { instances, gate }: Candidate): Scenario {
  const varied = variantDocument(document, variants[gate])
  if (!varied.ok) throw new DambreakError('scenario', 'does not fit', varied.faults)
  const parsed = parseScenario(holdInstances(varied.document, instances))
  if (!parsed.ok) throw new DambreakError('scenario', 'does not fit', parsed.faults)
  return parsed.loaded.scenario
}

interface Pair {
  readonly full: Facts
  readonly coarse: Facts
}

/** Both sides of each figure, and how far the wait is off. */
function rowOf(name: string, draw: number, { full, coarse }: Pair): string {
  const both = (of: (facts: Facts) => string) => `${of(full)} · ${of(coarse)}`
  const number = (value: number | null, digits: number) => value?.toFixed(digits) ?? '–'
  const cells = [
    name,
    String(draw),
    both(({ collapse }) => (collapse === null ? 'holds' : 'collapses')),
    both(({ waitP95Sec }) => number(waitP95Sec, 0)),
    percent(offBy({ full, coarse })),
    both(({ errorShare }) => number(errorShare, 4)),
    both(({ firstHour }) => number(firstHour, 4)),
    both(({ responseP95Ms }) => number(responseP95Ms, 0)),
    both(({ booked }) => number(booked, 0)),
    both(({ cpuSec }) => number(cpuSec, 2)),
    number(coarse.skippedShare, 2),
  ]
  return `| ${cells.join(' | ')} |\n`
}

function offBy({ full, coarse }: Pair): number | null {
  if (full.waitP95Sec === null || coarse.waitP95Sec === null) return null
  return coarse.waitP95Sec / full.waitP95Sec - 1
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(2)}%`
}

/** What the pairs say together. */
function summaryOf(pairs: readonly Pair[]): string {
  const shareOf = (side: keyof Pair, isSo: (facts: Facts) => boolean) =>
    pairs.filter((pair) => isSo(pair[side])).length / pairs.length
  const line = (what: string, isSo: (facts: Facts) => boolean) =>
    `- ${what}: ${percent(shareOf('full', isSo))} · ${percent(shareOf('coarse', isSo))}\n`
  const off = pairs.flatMap((pair) => offBy(pair) ?? []).map(Math.abs)
  const worst = off.length === 0 ? null : Math.max(...off)
  const middle = off.length === 0 ? null : median(off)
  const cpu = (side: keyof Pair) => pairs.reduce((sum, pair) => sum + pair[side].cpuSec, 0)
  return [
    line('holds', ({ collapse }) => collapse === null),
    line('errorShare < 0.01', ({ errorShare }) => errorShare !== null && errorShare < 0.01),
    line('requestErrorShare < 0.01 at first', ({ firstHour }) => (firstHour ?? 1) < 0.01),
    line('responseMs.p95 < 3000 at first', ({ responseP95Ms }) => (responseP95Ms ?? 1e9) < 3000),
    `- wait at p95 off by ${percent(middle)} (median), ${percent(worst)} (most)\n`,
    `- processor seconds a run: ${(cpu('full') / pairs.length).toFixed(2)} · ${(cpu('coarse') / pairs.length).toFixed(2)}, 1 : ${(cpu('full') / cpu('coarse')).toFixed(1)}\n`,
  ].join('')
}

async function validate({ draws, candidates, rows }: Options): Promise<void> {
  const { document } = await loadScenario(scenarioName, { allowCode: false })
  const documents = sampleDocuments(document, { seed: 1, points: draws, box: true })
  const grain: Grain = { skip: true, ...(rows === undefined ? {} : { rows }) }
  process.stdout.write(
    '| candidate | draw | stack | wait p95, s | off by | errorShare | request errors 20–21 h | response p95 20–21 h, ms | booked | processor s | skipped |\n' +
      '|---|---|---|---|---|---|---|---|---|---|---|\n',
  )
  const pairs: Pair[] = []
  for (const candidate of candidates) {
    for (let draw = 0; draw < draws; draw++) {
      const scenario = scenarioAt(must(documents[draw], 'draw'), candidate)
      const pair = { full: factsOf(scenario, draw), coarse: factsOf(scenario, draw, grain) }
      pairs.push(pair)
      process.stdout.write(rowOf(`${candidate.instances}-${candidate.gate}`, draw, pair))
      process.stderr.write(`${pairs.length} of ${draws * candidates.length}\n`)
    }
  }
  process.stdout.write(`\nFull · coarse:\n\n${summaryOf(pairs)}`)
}

try {
  await validate(parse(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof DambreakError)) throw error
  const faults = error.faults.map((fault) => `\n  ${faultText(fault)}`)
  process.stderr.write(`validate:grain: ${error.message}${faults.join('')}\n`)
  process.exitCode = exitCodeOf(error.kind)
}
