import { ParseReport } from '../../../core/parse-report.ts'
import { findingNames } from '../../../core/codes.ts'
import { DambreakError } from '../../../core/errors.ts'
import { lineBatches } from '../../../core/lines.ts'
import { msToSec, secToMs } from '../../../core/units.ts'
import { assembleRun } from '../../../record/assemble.ts'
import { percentilesOf } from '../../../record/histogram.ts'
import { isUnpackError } from '../../../core/files/read-bytes.ts'
import type { Audit, RunHeader, RunRecord } from '../../../record/run.ts'
import { scenarioHeader } from '../../../record/scenario-header.ts'
import { localIso } from '../../../scenario/clock.ts'
import type { LoadedScenario } from '../../../scenario/load/parse.ts'
import { opensAtMs } from '../../../scenario/plan-times.ts'
import { scaleScenario } from '../../../scenario/scale.ts'
import { planFromWallSec } from '../../../workload/plan.ts'
import { populationOf } from '../../../workload/population.ts'
import { outcomeCounts, ratePerSec } from '../../client/live-tally.ts'
import { windowOf, type RunWindow } from '../../window.ts'
import { metrics } from '../points.ts'
import { arrivalStages } from '../stages.ts'
import { readK6Line, type K6Point } from './k6-line.ts'
import type { FileRead, ImportEnvironment, K6File } from './k6-file.ts'
import { checkScenario, K6Runners, readRunner, type K6Run } from './k6-runners.ts'
import { K6Tally } from './k6-tally.ts'
import { k6Verdict } from './k6-verdict.ts'

/**
 * The record of one k6 run from the outputs of all its runners, in any order and cut any way; it is
 * still to be judged. Only counters of the length of the timeline and a few bytes a person are kept.
 * @throws DambreakError 'usage' where there is no dambreak in the files, where they are of several
 * runs or hold a part twice, or the scenario is not theirs; 'disk'; 'interrupted'
 */
export async function importK6(
  files: readonly K6File[],
  loaded: LoadedScenario,
  environment: ImportEnvironment,
): Promise<RunRecord> {
  const first = await findRunner(files)
  const { run } = first
  checkScenario(run, loaded)
  const { population: f, speed, seed } = run
  const scenario = scaleScenario(loaded.scenario, { population: f, speed })
  const population = populationOf(scenario, seed)
  const fromSec = planFromWallSec(scenario) * speed
  const window = windowOf(scenario, { speed, fromSec, untilSec: Infinity })
  const { opensAtMs: opensAtEpochMs, visitorsPerIteration } = run
  const tally = new K6Tally({
    scenario,
    population,
    window,
    opensAtEpochMs,
    visitorsPerIteration,
  })
  const runners = new K6Runners(run, first.file)
  const reads: FileRead[] = []
  for (const file of files) reads.push(await readFile(file, { tally, runners, environment }))
  const left = tally.close()
  const endsAtEpochMs = opensAtEpochMs + window.endsAtMs - window.opensAtMs
  const untilWallSec = msToSec(window.endsAtMs - window.opensAtMs)
  const { visitors: planned } = arrivalStages(scenario, population, {
    untilWallSec,
    finestSec: 1 / speed,
  })
  const verdict = k6Verdict({
    tally,
    runners,
    reads,
    left,
    planned,
    endsAtEpochMs,
    hasTimeline: scenario.timeline.length > 0,
    environment,
  })
  const { visitors, unobserved } = countPeople(tally)
  const finished = tally.recorder.finish({ people: visitors, inventory: null, unobserved })
  return assembleRun({
    header: headerOf(loaded, run, { window, environment }),
    scenario: loaded.document,
    events: [],
    verdict,
    finished,
    audit: auditOf(tally, runners, reads),
  })
}

/**
 * What the first runner in the files tells of its run.
 * @throws DambreakError 'usage' where none does
 */
export async function findRun(files: readonly K6File[]): Promise<K6Run> {
  return (await findRunner(files)).run
}

const ours = 'dambreak_'
const runnerStart = `{"metric":"${metrics.runners}"`

async function findRunner(files: readonly K6File[]): Promise<{ run: K6Run; file: string }> {
  let lines = 0
  for (const file of files) {
    try {
      for await (const batch of lineBatches(file.open())) {
        lines += batch.length
        for (const line of batch) {
          if (!line.startsWith(runnerStart)) continue
          const point = readK6Line(line)
          if (point === null || typeof point === 'string') continue
          return { run: readRunner(point.tags, point.metadata, file.name), file: file.name }
        }
      }
    } catch (error) {
      if (!isUnpackError(error)) throw error
    }
  }
  const names = files.map(({ name }) => name).join(', ')
  throw noRunnerError(names, lines)
}

function noRunnerError(names: string, lines: number): DambreakError {
  const what =
    lines === 0
      ? 'the file is empty'
      : `no run of a dambreak script is in its ${lines} ${lines === 1 ? 'line' : 'lines'}`
  return new DambreakError(
    'usage',
    `${names}: ${what}; import what k6 run --out json=… wrote, with the script of dambreak export`,
  )
}

interface Taking {
  readonly tally: K6Tally
  readonly runners: K6Runners
  readonly environment: ImportEnvironment
}

async function readFile(file: K6File, taking: Taking): Promise<FileRead> {
  const read: FileRead = { damage: new ParseReport(file.name), isCut: false, points: 0 }
  try {
    for await (const batch of lineBatches(file.open())) {
      if (taking.environment.signal?.aborted === true) throw stoppedAt(file)
      for (const line of batch) if (line !== '') takeLine(line, read, taking)
    }
  } catch (error) {
    if (!isUnpackError(error)) throw error
    read.isCut = true
  }
  return read
}

function takeLine(line: string, read: FileRead, taking: Taking): void {
  const { damage } = read
  const point = readK6Line(line)
  const isPoint = point !== null && typeof point !== 'string'
  const broken = isPoint ? takePoint(point, damage.name, taking) : point
  read.isCut = broken !== null
  if (broken !== null) damage.add(broken, line)
  else damage.addRead()
  if (isPoint && broken === null && point.metric.startsWith(ours)) read.points++
}

function takePoint(point: K6Point, file: string, { tally, runners }: Taking) {
  if (point.metric !== metrics.runners) return tally.take(point)
  runners.add(point.tags, point.metadata, file)
  return null
}

function stoppedAt({ name }: K6File): DambreakError {
  return new DambreakError('interrupted', `stopped while ${name} was being read`)
}

/** Findings are what either side has seen of them: neither sees more than there is. */
function countPeople({ recorder, people, findings }: K6Tally) {
  const { people: visitors, doubleBooking, ineligibleBooked } = people.count()
  const seen = { doubleBooking, ineligibleBooked }
  for (const name of findingNames) {
    const ours = name in seen ? seen[name as keyof typeof seen] : 0
    recorder.finding(name, Math.max(ours, findings.get(name) ?? 0))
  }
  // Who was let in before whom only the target knows.
  return { visitors, unobserved: ['orderInversion'] as const }
}

function auditOf(tally: K6Tally, { list }: K6Runners, reads: readonly FileRead[]): Audit {
  const { gateOutcomes, gateUs, polls, dropped, cameMs, seenMs, recorder } = tally
  const gateCalls = gateOutcomes.reduce((sum, n) => sum + n, 0)
  const requests = recorder.tallies.flows.requests.reduce((sum, n) => sum + n, 0)
  const wallSec = seenMs.last > seenMs.first ? msToSec(seenMs.last - seenMs.first) : 0
  const { vus, most } = tally.maxVus()
  const late = list.flatMap(({ lateMs }) => (lateMs === null ? [] : [lateMs]))
  const sum = (of: (read: FileRead) => number) => reads.reduce((n, read) => n + of(read), 0)
  return {
    intendedRate: ratePerSec(tally.arrived + dropped, cameMs),
    achievedRate: ratePerSec(tally.arrived, cameMs),
    latenessMs: latenessOf(tally),
    dropped: { generator: dropped, ceiling: 0 },
    eventLoopLagMs: null,
    cpuShare: null,
    rssBytes: null,
    bytesPerVisitor: null,
    wallSec,
    events: requests + gateCalls,
    eventsPerSec: wallSec > 0 ? (requests + gateCalls) / wallSec : 0,
    k6: {
      runners: list.length,
      segments: list
        .map(({ segment }) => segment)
        .toSorted((a, b) => a.from - b.from)
        .map(({ text }) => text),
      startedLateMs:
        late.length === 0 ? null : { first: Math.min(...late), last: Math.max(...late) },
      droppedIterations: dropped,
      maxVus: vus,
      vus: most,
      files: reads.length,
      lines: sum(({ damage }) => damage.lines),
      damagedLines: sum(({ damage }) => damage.broken),
      gateCalls: {
        count: gateCalls,
        polls,
        outcomes: outcomeCounts(gateOutcomes),
        serviceMs: percentilesOf(gateUs),
      },
    },
  }
}

/**
 * How late visitors acted where a time was set: whether k6 kept up with those it has. When first
 * contacts and requests were to leave it does not tell.
 */
function latenessOf({ latenessMs }: K6Tally): Audit['latenessMs'] {
  const ms = (q: number) => latenessMs.quantile(q) ?? 0
  return latenessMs.total() === 0 ? null : { p50: ms(0.5), p99: ms(0.99), max: ms(1) }
}

function headerOf(
  loaded: LoadedScenario,
  run: K6Run,
  { window, environment }: { window: RunWindow; environment: ImportEnvironment },
): RunHeader {
  const { scenario } = loaded
  const endsAtSec = msToSec((window.endsAtMs - window.opensAtMs) * window.speed)
  return {
    engine: 'k6',
    ...scenarioHeader(loaded),
    seed: run.seed,
    population: run.population,
    speed: run.speed,
    startedAt: new Date(run.startsAtMs).toISOString(),
    opensAt: scenario.opensAt,
    endsAt: localIso(opensAtMs(scenario) + secToMs(endsAtSec), scenario.opensAt),
    timing: 'sent-only',
    versions: environment.versions,
    host: environment.host,
    target: run.target,
  }
}
