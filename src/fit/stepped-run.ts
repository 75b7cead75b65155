import { must } from '../core/assert.ts'
import { DambreakError, type Fault } from '../core/errors.ts'
import { secToMs } from '../core/units.ts'
import { simulate } from '../engine/sim/simulate.ts'
import type { RunRecord } from '../record/run.ts'
import { localIso } from '../scenario/clock.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { scaleScenario } from '../scenario/scale.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { instanceChanges, loadLevels, type LoadLevel } from './load-level.ts'
import { ofRecord, ofRecorder, type MeasuredRun } from './measured-run.ts'
import { figuresFor, type StationFigure } from './station-figures.ts'
import { invalidCodes } from '../record/verdict-codes.ts'

/** A rehearsal that a fit learns from: what was measured, and how to simulate the same again. */
export interface SteppedRun {
  readonly record: RunRecord
  readonly measured: MeasuredRun
  readonly levels: readonly LoadLevel[]
  readonly figures: readonly StationFigure[]
  /** The same crowd at the same times on other stations. */
  readonly simulateWith: (numbers: Scenario, luck: number) => MeasuredRun
}

/**
 * A run read for a fit of the stations that `base` names. Its crowd comes once more as it came, by the
 * run's own seed; instances join when they were seen to.
 * @throws DambreakError 'usage' where the run is invalid, nobody looked at its stations, or its
 *   scenario is none
 */
export function steppedRun(record: RunRecord, base: Scenario): SteppedRun {
  const { header, timeline, verdict } = record
  if (!verdict.valid) {
    throw refused(header, `is invalid, its figures must not be used: ${invalidCodes(verdict)}`)
  }
  const parsed = parseScenario(record.scenario)
  if (!parsed.ok) {
    throw refused(header, 'holds no scenario that can be read', parsed.faults)
  }
  const { scenario } = parsed.loaded
  const stations = base.stack.stations.map((station) => station.name)
  const unseen = stations.filter((station) => timeline.stations[station] === undefined)
  if (unseen.length > 0) {
    const what = unseen.join(', ')
    throw refused(header, `does not show how busy ${what} was: rehearse with --observe <metrics>`)
  }
  const measured = ofRecord(record, stations)
  const levels = loadLevels(record, scenario)
  const workload = workloadOf(record, scenario)
  const { population, speed, seed } = header
  return {
    record,
    measured,
    levels,
    figures: figuresFor(levels, stations.length),
    simulateWith: ({ journey, stack }, luck) => {
      const { instances } = workload.stack
      const whole = { ...workload, journey, stack: { ...stack, instances, bootSec: 0 } }
      const scaled = scaleScenario(whole, { population, speed })
      const serviceSeed = seed + 7919 * (luck + 1)
      return ofRecorder(simulate(scaled, { seed, serviceSeed, speed }).recorder)
    },
  }
}

function refused(
  { scenarioName, startedAt }: RunRecord['header'],
  why: string,
  faults: readonly Fault[] = [],
): DambreakError {
  return new DambreakError(
    'usage',
    `the run of ${scenarioName} started at ${startedAt} ${why}`,
    faults,
  )
}

/** The run's scenario with instances that take requests at once, from when they were seen to. */
function workloadOf({ timeline }: RunRecord, scenario: Scenario): Scenario {
  const [first, ...changes] = instanceChanges(timeline.instances)
  const joins = changes.map(({ bucket, count }) => {
    const atMs = secToMs(timeline.startSec + bucket * timeline.bucketSec)
    return { at: localIso(atMs, scenario.opensAt), kind: 'instances' as const, count }
  })
  const others = scenario.timeline.filter(({ kind }) => kind !== 'instances')
  return {
    ...scenario,
    timeline: [...others, ...joins],
    stack: { ...scenario.stack, instances: first?.count ?? scenario.stack.instances },
  }
}

/** The scenario of a document in which every number is plain by now. */
export function numbersOf(document: Mapping): Scenario {
  const parsed = parseScenario(document)
  return must(parsed.ok ? parsed.loaded.scenario : null, 'a document that parses with its values')
}
