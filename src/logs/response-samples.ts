import { streamKey, streams, uniform } from '../core/chance.ts'
import { msToSec } from '../core/units.ts'

/** Response times of one path while so many requests a second ended, a sample of them. */
export interface ResponseSample {
  readonly path: string
  /** Between `2^load` and `2^(load + 1)` requests ended within those seconds, of all paths. */
  readonly load: number
  readonly seen: number
  readonly ms: Float64Array
}

const maxKept = 2000
const maxPaths = 32

interface Reservoir {
  readonly load: number
  readonly ms: Float64Array
  seen: number
}

/** A path without its query and with `:id` for what looks like one. */
export function pathOf(target: string): string {
  const path = target.split(/[?#]/, 1)[0] ?? ''
  return path
    .split('/')
    .map((part) => (/^(\d+|[\da-f]{8,}|[\da-f]{8}-[\da-f-]{27})$/i.test(part) ? ':id' : part))
    .join('/')
}

/**
 * Samples of response times by path and by how busy the second was in which they ended (an octave a
 * class), of bounded size: algorithm R of Vitter (1985), its chance a function of the seed.
 */
export class ResponseSamples {
  private readonly key: number
  private readonly paths = new Map<string, Map<number, Reservoir>>()
  private readonly pending: { path: string; ms: number }[] = []
  private second = Number.NaN
  private ended = 0

  constructor(seed: number) {
    this.key = streamKey(seed, streams.logSample)
  }

  /** A request that ended, with how long it took where that is known and it went well. */
  add(endMs: number, target: string, ms: number | null): void {
    const second = Math.floor(msToSec(endMs))
    if (second !== this.second) this.flush()
    this.second = second
    this.ended++
    // So many of one second say what that second was like.
    if (ms !== null && this.pending.length < maxKept)
      this.pending.push({ path: pathOf(target), ms })
  }

  samples(): ResponseSample[] {
    this.flush()
    return [...this.paths].flatMap(([path, loads]) =>
      [...loads.values()]
        .toSorted((a, b) => a.load - b.load)
        .map(({ load, seen, ms }) => {
          return { path, load, seen, ms: ms.subarray(0, Math.min(seen, maxKept)) }
        }),
    )
  }

  private flush(): void {
    const load = Math.floor(Math.log2(Math.max(1, this.ended)))
    for (const { path, ms } of this.pending) {
      const reservoir = this.reservoir(path, load)
      if (reservoir === null) continue
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

  private reservoir(path: string, load: number): Reservoir | null {
    let loads = this.paths.get(path)
    if (loads === undefined) {
      if (this.paths.size === maxPaths) return null
      loads = new Map()
      this.paths.set(path, loads)
    }
    let found = loads.get(load)
    if (found === undefined) {
      found = { load, ms: new Float64Array(maxKept), seen: 0 }
      loads.set(load, found)
    }
    return found
  }
}
