import type { RunRecord } from '../../record/run.ts'
import { epochSecOf } from '../clock.ts'
import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { eveningWindow } from './evening.ts'
import { haltsOf } from '../collapse.ts'
import { isSimulated } from '../engine.ts'
import { panelChart } from './panels.ts'

interface AdmissionSetting {
  perSec: number | null
  perSecPerInstance: number | null
}

/** A number of the recorded scenario: plain, or with its evidence. */
function plainNumber(given: unknown): number | null {
  if (typeof given === 'number') return given
  if (typeof given !== 'object' || given === null) return null
  if ('value' in given) return plainNumber(given.value)
  return 'mid' in given ? plainNumber(given.mid) : null
}

function settingOf(owner: unknown): AdmissionSetting {
  const { admission } = (owner ?? {}) as { admission?: Record<string, unknown> }
  return {
    perSec: plainNumber(admission?.['perSec']),
    perSecPerInstance: plainNumber(admission?.['perSecPerInstance']),
  }
}

/** The gate's rate over the clock as the scenario sets it, at full size: epoch seconds from which it holds. */
function admissionChanges(run: RunRecord): { fromSec: number; setting: AdmissionSetting }[] {
  const changes = [{ fromSec: -Infinity, setting: settingOf(run.scenario['waitingRoom']) }]
  const given = run.scenario['timeline']
  const settings = (Array.isArray(given) ? given : [])
    .filter((event: { kind?: unknown }) => event.kind === 'admission')
    .map(settingOf)
  for (const event of run.events) {
    const setting = event.kind === 'admission' ? settings.shift() : undefined
    if (setting !== undefined && event.performed)
      changes.push({ fromSec: epochSecOf(event.at), setting })
  }
  return changes
}

/**
 * The wait that the screen shows to who comes in each bucket: ahead / rate. `null` while the gate
 * is shut and where it admits by a ceiling instead of a rate, and of a run that was measured: what
 * its screens showed was not recorded.
 */
export function displayedWaitSec(run: RunRecord): (number | null)[] {
  if (!isSimulated(run)) return run.timeline.waiting.map(() => null)
  const changes = admissionChanges(run)
  const halts = haltsOf(run)
  const { startSec, bucketSec, waiting, instances } = run.timeline
  return waiting.map((ahead, bucket) => {
    const sec = startSec + (bucket + 0.5) * bucketSec
    if (halts.some(({ fromSec, toSec }) => sec >= fromSec && sec < toSec)) return null
    const setting = changes.findLast(({ fromSec }) => fromSec <= sec)?.setting
    const perInstance = setting?.perSecPerInstance ?? 0
    const perSec = setting?.perSec ?? perInstance * (instances[bucket] ?? 0)
    // The scenario is recorded at full size; the gate of a smaller crowd lets in as much less.
    return perSec > 0 ? ahead / (perSec * run.header.population) : null
  })
}

/**
 * The wait on the screen against the wait that came true, by the time of entry; `null` where no run
 * knows what the screens showed.
 */
export function displayed(runs: readonly ReportRun[]): ChartConfig | null {
  if (!runs.some(({ run }) => isSimulated(run))) return null
  return panelChart(runs, {
    title: 'The wait on the screen and the real one',
    window: eveningWindow(runs),
    panelHeightPx: 190,
    oneScale: true,
    panels: [
      {
        title: 'Shown on entry: people ahead ÷ the gate’s rate',
        format: 'shortDuration',
        lines: (run) => [{ values: displayedWaitSec(run), keep: 'extremes' }],
      },
      {
        title: 'Real: half of those who entered then waited at least',
        format: 'shortDuration',
        lines: ({ timeline }) => [{ values: timeline.waitSecByEntry.p50, keep: 'extremes' }],
      },
    ],
  })
}
