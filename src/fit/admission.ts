import { mean, sampleVariance } from 'simple-statistics'
import type { Screen } from '../logs/screen.ts'
import { studentQuantile } from '../statistics/student-t.ts'
import type { DataSource } from './data-source.ts'
import type { Fitted } from './estimate.ts'
import type { EstimateBasis } from './estimate-basis.ts'
import type { FitPicture } from './fit-picture.ts'
import type { Gap, GapReason } from './gap.ts'
import { estimate, significant, type Found } from './numbers.ts'

/** What a run or a log shows of turns called: counts over stretches with people waiting. */
export interface TurnsCalled {
  /** Those let in; who was called and had left is not among them. */
  readonly perSec: readonly number[]
  readonly stretchSec: number
  /** Turns called a second over the first minute, all of them; `null`: not counted. */
  readonly openingPerSec: number | null
}

/** How the scenario states admission, and its instances. */
interface AdmissionBase {
  readonly kind: 'perSec' | 'perSecPerInstance' | 'maxInside'
  readonly instances: number
}

export interface AdmissionQuestion {
  readonly screens: readonly Screen[]
  readonly turns: TurnsCalled | null
  readonly base: AdmissionBase
  readonly from: DataSource
}

const minStretches = 5
const minuteSec = 60
/** Turns begin a little after the opening, and are called by the second. */
const edgeSec = 2

/**
 * Turns called a second. A screen that shows `ahead` people and a wait of `eta` says ahead / eta; what
 * it shows is rounded, nobody knows which way, so that its rate lies anywhere between
 * ahead / (eta + step) and ahead / (eta − step). Screens that agree narrow it to what all allow.
 */
export function fitAdmission(question: AdmissionQuestion): Fitted {
  const { screens, turns, base, from } = question
  const path = `waitingRoom.admission.${base.kind === 'maxInside' ? 'perSec' : base.kind}`
  const told = screens.filter(({ ahead, eta }) => ahead > 0 && eta.sec > 0)
  const found = told.length > 0 ? fromScreens(told) : turns === null ? null : fromTurns(turns)
  if (found === null) {
    return gapAlone({ path, code: 'NoTurnsSeen' }, [])
  }
  const pictures = told.length > 0 ? [pictureOf(told, found.rate, from)] : []
  if (base.kind === 'maxInside') {
    // The scenario admits by how many are inside, which no rate says.
    const perSec = significant(found.rate.mid)
    return gapAlone({ path, code: 'PeopleInsideUnknown', perSec }, pictures)
  }
  const divisor = base.kind === 'perSecPerInstance' ? base.instances : 1
  const { low, mid, high } = found.rate
  const per = { low: low / divisor, mid: mid / divisor, high: high / divisor }
  const { basisWith, count, gaps } = found
  return {
    estimates: [estimate(path, per, { from, basis: basisWith(divisor), count })],
    settings: {},
    notIdentified: gaps.map((gap) => ({ path, ...gap })),
    pictures,
  }
}

const gapAlone = (gap: Gap, pictures: readonly FitPicture[]): Fitted => ({
  estimates: [],
  settings: {},
  notIdentified: [gap],
  pictures,
})

interface RateFound {
  readonly rate: Found
  /** How it was found, the rate being divided by so many instances. */
  readonly basisWith: (instances: number) => EstimateBasis
  readonly count: number
  readonly gaps: readonly GapReason[]
}

function boundsOf({ ahead, eta }: Screen): { low: number; high: number; mid: number } {
  const minSec = Math.max(eta.sec - eta.stepSec, eta.sec / 2)
  return { low: ahead / (eta.sec + eta.stepSec), high: ahead / minSec, mid: ahead / eta.sec }
}

function fromScreens(screens: readonly Screen[]): RateFound {
  const bounds = screens.map(boundsOf)
  const low = Math.max(...bounds.map((one) => one.low))
  const high = Math.min(...bounds.map((one) => one.high))
  const count = screens.length
  if (low <= high) {
    // The middle of what is shown, where it is within what all of them allow.
    const shown = bounds.reduce((sum, one) => sum + one.mid, 0) / bounds.length
    const mid = Math.min(high, Math.max(low, shown))
    const middle = (low + high) / 2
    // Of a flat distribution over what is allowed, 5% lie beyond on each side.
    const half = 0.45 * (high - low)
    const rate = { low: Math.min(middle - half, mid), mid, high: Math.max(middle + half, mid) }
    return {
      rate,
      basisWith: (instances) => ({ code: 'ScreensAgree', screens: count, instances }),
      count,
      gaps: [],
    }
  }
  const rates = bounds.map((one) => one.mid).toSorted((a, b) => a - b)
  const at = (share: number) => rates[Math.round(share * (rates.length - 1))] ?? 0
  const range = { minPerSec: significant(at(0)), maxPerSec: significant(at(1)) }
  return {
    rate: { low: at(0.05), mid: at(0.5), high: at(0.95) },
    basisWith: (instances) => ({ code: 'ScreensDisagree', screens: count, instances }),
    count,
    gaps: [{ code: 'ScreensDisagree', ...range }],
  }
}

/** The mean rate over stretches, and Student's interval of it, the stretches being taken as batches. */
function fromTurns({ perSec, stretchSec, openingPerSec }: TurnsCalled): RateFound | null {
  const n = perSec.length
  if (openingPerSec !== null) {
    const exact = 1 - edgeSec / minuteSec
    return {
      rate: { low: openingPerSec * exact, mid: openingPerSec, high: openingPerSec / exact },
      basisWith: (instances) => ({ code: 'FirstMinuteTurns', edgeSec, instances }),
      count: Math.round(openingPerSec * minuteSec),
      gaps: [],
    }
  }
  if (n < minStretches) return null
  const rates = [...perSec]
  const mid = mean(rates)
  // Neighbours even each other out where turns are called evenly: this is wide rather than narrow.
  const half = studentQuantile(0.95, n - 1) * Math.sqrt(sampleVariance(rates) / n)
  return {
    rate: { low: Math.max(0, mid - half), mid, high: mid + half },
    basisWith: (instances) => {
      return { code: 'TurnsWhileWaiting', stretches: n, stretchSec, instances }
    },
    count: Math.round(mid * n * stretchSec),
    gaps: [{ code: 'AbsentTurnsUnseen' }],
  }
}

function pictureOf(screens: readonly Screen[], rate: Found, from: DataSource): FitPicture {
  const x = [0, Math.max(...screens.map(({ ahead }) => ahead))]
  return {
    about: { code: 'Admission', from },
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        of: { code: 'Screens' },
        shape: 'points',
        x: screens.map(({ ahead }) => ahead),
        y: screens.map(({ eta }) => eta.sec),
      },
    ],
    fitted: [
      {
        of: { code: 'CallRate', perSec: significant(rate.mid) },
        shape: 'line',
        x,
        y: x.map((ahead) => ahead / rate.mid),
        yLow: x.map((ahead) => ahead / rate.high),
        yHigh: x.map((ahead) => ahead / rate.low),
      },
    ],
  }
}
