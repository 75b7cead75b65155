import { msToSec } from '../core/units.ts'
import { mapCounts } from '../plan/collapse-map.ts'
import type { PlanInput, Phase } from '../plan/plan.ts'
import { mapCrowd, phases, screeningDraws } from '../plan/plan.ts'
import { formats } from '../report/format.ts'
import { cutText } from '../report/text-columns.ts'
import type { Environment } from './environment.ts'
import { lineColumns } from './terminal.ts'

export interface PlanProgress {
  readonly begin: (phase: Phase) => void
  /** A trial has ended. */
  readonly ended: () => void
  readonly end: () => void
}

const liveEveryMs = 200
const plainEveryMs = 10_000
const barColumns = 20

/** About how many trials each phase takes: a guess before the first, for the time that is left. */
export function expectedTrials(input: PlanInput): Record<Phase, number> {
  const { counts, levers, base, withMap } = input
  const halvings = Math.ceil(Math.log2(counts.length + 1))
  const options = levers.reduce((sum, { options: all }) => sum + all.length, 0)
  const searched = levers.length === 0 ? 0 : levers.length + 2
  return {
    candidates: counts.length * 8,
    confirmation: 2,
    levers: screeningDraws * (options * 2 + searched * halvings),
    sensitivity: base.parameters.length === 0 ? 0 : 20 * Math.max(2, halvings),
    map: withMap ? mapCounts(counts).length * mapCrowd.length * 1.5 : 0,
  }
}

/**
 * How far a plan is: on a terminal one live line with a bar and about how long it will take yet,
 * elsewhere a plain line every few seconds. What is left is known only roughly, for what runs next
 * depends on what was found.
 */
export function startPlanProgress(
  environment: Environment,
  expected: Record<Phase, number>,
  quiet: boolean,
): PlanProgress {
  const { clock, err, errIsTerminal, errColumns } = environment
  const startMs = clock.monotonicMs()
  let phase: Phase = 'candidates'
  let done = 0
  let doneBefore = 0
  let shownMs = -Infinity
  /** Trials yet to come: the rest of this phase, and the phases after it. */
  const left = () => {
    const later = phases.slice(phases.indexOf(phase) + 1)
    const ofPhase = Math.max(1, expected[phase] - (done - doneBefore))
    return ofPhase + later.reduce((sum, name) => sum + expected[name], 0)
  }
  const line = (nowMs: number) => {
    const share = done / (done + left())
    const filled = Math.round(share * barColumns)
    const bar = `${'█'.repeat(filled)}${'░'.repeat(barColumns - filled)}`
    const leftSec = (msToSec(nowMs - startMs) * left()) / Math.max(1, done)
    const time = done < 8 ? '' : ` · about ${formats.duration(Math.round(leftSec))} left`
    return `${bar} ${phase} · ${formats.count(done)} runs${time}`
  }
  const show = () => {
    if (quiet) return
    const nowMs = clock.monotonicMs()
    if (nowMs - shownMs < (errIsTerminal ? liveEveryMs : plainEveryMs)) return
    shownMs = nowMs
    if (errIsTerminal) err(`\r\u001b[2K${cutText(line(nowMs), lineColumns(errColumns()))}`)
    else err(`${line(nowMs)}\n`)
  }
  return {
    begin(next) {
      phase = next
      doneBefore = done
    },
    ended() {
      done++
      show()
    },
    end() {
      if (errIsTerminal && !quiet) err('\r\u001b[2K')
    },
  }
}
