import type { Permits } from '../../client/transport.ts'

/** What the threads of a run share, so that they keep to one rate together. Plain data. */
export interface PermitMemory {
  /** When each permit was last used, ms after `originMs`. */
  readonly usedMs: Int32Array
  /** By `processMs`. */
  readonly originMs: number
}

/**
 * A permit lets one request go in this time. There are as many as a fifth of what any second may have: what
 * is sent within 1.25 s is then no more than that, and the target counts no more in any second although a
 * busy machine or the network delays some requests by up to 250 ms more than others.
 */
export const permitWindowMs = 250
const windowsPerSec = 5

const held = 2 ** 31 - 1
const longAgo = -permitWindowMs

/** Permits for at most `maxPerSec` requests (5 or more) in any second; `nowMs` by `processMs`. */
export function createPermitMemory(maxPerSec: number, nowMs: number): PermitMemory {
  const permits = Math.floor(maxPerSec / windowsPerSec)
  const usedMs = new Int32Array(new SharedArrayBuffer(permits * Int32Array.BYTES_PER_ELEMENT))
  return { usedMs: usedMs.fill(longAgo), originMs: nowMs }
}

/**
 * One thread's view of the permits. A permit that is held or was used within the window is free for
 * nobody, so that no window of `permitWindowMs` has more requests than there are permits, whoever sends
 * them.
 */
export class SharedPermits implements Permits {
  private readonly memory: PermitMemory
  private readonly nowMs: () => number
  private readonly reserved: number[] = []

  /** `nowMs`: one clock for all threads, `processMs`. */
  constructor(memory: PermitMemory, nowMs: () => number) {
    this.memory = memory
    this.nowMs = nowMs
  }

  reserve(): boolean {
    const { usedMs } = this.memory
    const freeFrom = this.sinceOriginMs() - permitWindowMs
    for (let i = 0; i < usedMs.length; i++) {
      const last = Atomics.load(usedMs, i)
      if (last > freeFrom || Atomics.compareExchange(usedMs, i, last, held) !== last) continue
      this.reserved.push(i)
      return true
    }
    return false
  }

  spend(): boolean {
    if (this.reserved.length === 0 && !this.reserve()) return false
    this.giveBack()
    return true
  }

  /** An attempt to connect is load too: the permit is free again after the window, as if it was used. */
  giveBack(): void {
    const i = this.reserved.pop()
    if (i !== undefined) Atomics.store(this.memory.usedMs, i, this.sinceOriginMs())
  }

  giveBackAll(): void {
    while (this.reserved.length > 0) this.giveBack()
  }

  private sinceOriginMs(): number {
    return Math.floor(this.nowMs() - this.memory.originMs)
  }
}
