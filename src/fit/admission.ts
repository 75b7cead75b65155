import { studentQuantile } from '../statistics/student-t.ts'
import type { Fitted, FitPicture, NotIdentified } from './estimate.ts'
import type { Screen } from '../logs/screen.ts'
import { countText, estimate, type Found } from './numbers.ts'

/** What a run or a log shows of turns called: counts over stretches with people waiting. */
export interface TurnsCalled {
  /** Those let in; who was called and had left is not among them. */
  readonly perSec: readonly number[]
  readonly stretchSec: number
  /** Turns called a second over the first minute, all of them; `null`: not counted. */
  readonly openingPerSec: number | null
}

/** How the scenario states admission, and its instances. */
export interface AdmissionBase {
  readonly kind: 'perSec' | 'perSecPerInstance' | 'maxInside'
  readonly instances: number
}

export interface AdmissionQuestion {
  readonly screens: readonly Screen[]
  readonly turns: TurnsCalled | null
  readonly base: AdmissionBase
  readonly source: string
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
  const { screens, turns, base, source } = question
  const path = `waitingRoom.admission.${base.kind === 'maxInside' ? 'perSec' : base.kind}`
  const told = screens.filter(({ ahead, eta }) => ahead > 0 && eta.sec > 0)
  const found = told.length > 0 ? fromScreens(told) : turns === null ? null : fromTurns(turns)
  if (found === null) {
    const measure = 'screens of the waiting room (--screen), or a run with people waiting'
    const reason = 'nothing shows at what rate turns are called'
    return { estimates: [], settings: {}, notIdentified: [{ path, reason, measure }], pictures: [] }
  }
  const pictures = told.length > 0 ? [pictureOf(told, found.rate, source)] : []
  if (base.kind === 'maxInside') {
    const rate = `turns are called at ${found.rate.mid.toPrecision(4)} a second`
    const reason = `the scenario admits by how many are inside: that ${rate} does not say how many`
    const measure = 'people inside (a live run with --observe)'
    return { estimates: [], settings: {}, notIdentified: [{ path, reason, measure }], pictures }
  }
  const divisor = base.kind === 'perSecPerInstance' ? base.instances : 1
  const { low, mid, high } = found.rate
  const per = { low: low / divisor, mid: mid / divisor, high: high / divisor }
  const shared = divisor === 1 ? '' : `, over ${divisor} instances`
  return {
    estimates: [
      estimate(path, per, { source: `${source}, ${found.how}${shared}`, count: found.count }),
    ],
    settings: {},
    notIdentified: found.notIdentified.map((one) => ({ ...one, path })),
    pictures,
  }
}

interface RateFound {
  readonly rate: Found
  readonly how: string
  readonly count: number
  readonly notIdentified: readonly Omit<NotIdentified, 'path'>[]
}

function boundsOf({ ahead, eta }: Screen): { low: number; high: number; mid: number } {
  const least = Math.max(eta.sec - eta.stepSec, eta.sec / 2)
  return { low: ahead / (eta.sec + eta.stepSec), high: ahead / least, mid: ahead / eta.sec }
}

function fromScreens(screens: readonly Screen[]): RateFound {
  const bounds = screens.map(boundsOf)
  const low = Math.max(...bounds.map((one) => one.low))
  const high = Math.min(...bounds.map((one) => one.high))
  const many = screens.length === 1 ? 'a screen' : `${countText(screens.length)} screens`
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
      how: `ahead / eta of ${many}, as exact as they are shown`,
      count: screens.length,
      notIdentified: [],
    }
  }
  const rates = bounds.map((one) => one.mid).toSorted((a, b) => a - b)
  const at = (share: number) => rates[Math.round(share * (rates.length - 1))] ?? 0
  const reason = `the screens disagree beyond what is rounded (${at(0).toPrecision(4)} to ${at(1).toPrecision(4)} a second): the rate changed, or what they show is no rate`
  return {
    rate: { low: at(0.05), mid: at(0.5), high: at(0.95) },
    how: `ahead / eta of ${many} that disagree: their own spread`,
    count: screens.length,
    notIdentified: [{ reason, measure: 'screens of one time, and how fast one moves up' }],
  }
}

/** The mean rate over stretches, and Student's interval of it, the stretches being taken as batches. */
function fromTurns({ perSec, stretchSec, openingPerSec }: TurnsCalled): RateFound | null {
  const n = perSec.length
  if (openingPerSec !== null) {
    const exact = 1 - edgeSec / minuteSec
    return {
      rate: { low: openingPerSec * exact, mid: openingPerSec, high: openingPerSec / exact },
      how: `turns called in the first minute, to ${edgeSec} s of it`,
      count: Math.round(openingPerSec * minuteSec),
      notIdentified: [],
    }
  }
  if (n < minStretches) return null
  const mid = perSec.reduce((sum, rate) => sum + rate, 0) / n
  const variance = perSec.reduce((sum, rate) => sum + (rate - mid) ** 2, 0) / (n - 1)
  // Neighbours even each other out where turns are called evenly: this is wide rather than narrow.
  const half = studentQuantile(0.95, n - 1) * Math.sqrt(variance / n)
  return {
    rate: { low: Math.max(0, mid - half), mid, high: mid + half },
    how: `turns called while people waited, ${countText(n)} stretches of ${stretchSec} s`,
    count: Math.round(mid * n * stretchSec),
    notIdentified: [
      {
        reason: 'those who were called and had left are not seen: the rate is somewhat higher',
        measure: 'turns called (a run of dambreak counts them over the first minute)',
      },
    ],
  }
}

function pictureOf(screens: readonly Screen[], rate: Found, source: string): FitPicture {
  const most = Math.max(...screens.map(({ ahead }) => ahead))
  const x = [0, most]
  return {
    name: 'admission',
    title: 'People ahead and the wait shown',
    how: `${source}. Where turns are called at one rate, the screens lie on a line through nothing; its slope is one over the rate.`,
    xLabel: 'people ahead',
    yLabel: 'seconds shown',
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: 'screens',
        shape: 'points',
        x: screens.map(({ ahead }) => ahead),
        y: screens.map(({ eta }) => eta.sec),
      },
    ],
    fitted: [
      {
        label: `${rate.mid.toPrecision(4)} a second`,
        shape: 'line',
        x,
        y: x.map((ahead) => ahead / rate.mid),
        yLow: x.map((ahead) => ahead / rate.high),
        yHigh: x.map((ahead) => ahead / rate.low),
      },
    ],
  }
}
