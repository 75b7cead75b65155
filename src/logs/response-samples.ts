import { streamKey, streams, uniform } from '../core/chance.ts'
import { msToSec } from '../core/units.ts'

/** Response times of one step while so many requests a second ended, a sample of them. */
export interface ResponseSample {
  /** Number of the step in the journey. */
  readonly step: number
  /** Between `2^load` and `2^(load + 1)` requests ended within those seconds, of all steps and none. */
  readonly load: number
  readonly seen: number
  readonly ms: Float64Array
}

const maxKept = 2000

interface Reservoir {
  readonly load: number
  readonly ms: Float64Array
  seen: number
}

/**
 * Samples of response times by step and by how busy the second was in which they ended (an octave a
 * class), of bounded size: algorithm R of Vitter (1985), its chance a function of the seed.
 */
export class ResponseSamples {
  private readonly key: number
  private readonly steps = new Map<number, Map<number, Reservoir>>()
  private readonly pending: { step: number; ms: number }[] = []
  private second = Number.NaN
  private ended = 0

  constructor(seed: number) {
    this.key = streamKey(seed, streams.logSample)
  }

  /** A request that ended, with how long it took where that is known and it went well; -1: of no step. */
  add(endMs: number, step: number, ms: number | null): void {
    const second = Math.floor(msToSec(endMs))
    if (second !== this.second) this.flush()
    this.second = second
    this.ended++
    // So many of one second say what that second was like.
    if (ms !== null && step >= 0 && this.pending.length < maxKept) this.pending.push({ step, ms })
  }

  samples(): ResponseSample[] {
    this.flush()
    return [...this.steps].flatMap(([step, loads]) =>
      [...loads.values()]
        .toSorted((a, b) => a.load - b.load)
        .map(({ load, seen, ms }) => {
          return { step, load, seen, ms: ms.subarray(0, Math.min(seen, maxKept)) }
        }),
    )
  }

  private flush(): void {
    const load = Math.floor(Math.log2(Math.max(1, this.ended)))
    for (const { step, ms } of this.pending) {
      const reservoir = this.reservoir(step, load)
      const place =
        reservoir.seen < maxKept
          ? reservoir.seen
          : Math.floor(uniform(this.key, load, reservoir.seen) * (reservoir.seen + 1))
      if (place < maxKept) reservoir.ms[place] = ms
      reservoir.seen++
    }
    this.pending.length = 0
    this.ended = 0
  }

  private reservoir(step: number, load: number): Reservoir {
    let loads = this.steps.get(step)
    if (loads === undefined) {
      loads = new Map()
      this.steps.set(step, loads)
    }
    let found = loads.get(load)
    if (found === undefined) {
      found = { load, ms: new Float64Array(maxKept), seen: 0 }
      loads.set(load, found)
    }
    return found
  }
}
