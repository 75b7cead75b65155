import type { Kept } from '../../client/kept.ts'
import type { LiveMemory } from '../../client/state.ts'

/** What a VU's few visitors keep, as objects. */
export class OwnKept implements Pick<LiveMemory['kept'], 'load' | 'save' | 'drop' | 'bytes'> {
  readonly bytes = 0
  private readonly all = new Map<number, Kept>()

  load(v: number, into: Kept): void {
    const kept = this.all.get(v)
    into.key = kept?.key ?? ''
    into.cookies = kept?.cookies ?? ''
    into.values = { ...kept?.values }
  }

  save(v: number, { key, cookies, values }: Kept): boolean {
    this.all.set(v, { key, cookies, values: { ...values } })
    return true
  }

  drop(v: number): void {
    this.all.delete(v)
  }
}
