import { randomSeeds } from '../core/host.ts'

/**
 * Row numbers by name. Only 64 bits of a hash are kept, about 16 bytes per name: two of 16 million names
 * collide with a probability of some 10⁻⁵. The seeds are random for each process, so that nobody can
 * prepare names that all fall into one slot. Rows do not depend on them.
 */
export class HashIndex {
  size = 0
  private readonly maxNames: number
  private readonly seeds: readonly [number, number]
  private slots = new Int32Array(1024).fill(-1)
  private first = new Uint32Array(512)
  private second = new Uint32Array(512)

  constructor(maxNames = 2 ** 24, seeds = randomSeeds) {
    this.maxNames = maxNames
    this.seeds = seeds
  }

  get isFull(): boolean {
    return this.size >= this.maxNames
  }

  /** The row of a name: a new one is the former `size`. -1 where it is new and there is no room. */
  row(name: string): number {
    const a = hashOf(name, this.seeds[0])
    const b = hashOf(name, this.seeds[1])
    const slot = this.slotOf(a, b)
    const found = this.slots[slot] ?? -1
    if (found >= 0 || this.isFull) return found
    const row = this.size++
    if (row === this.first.length) this.growRows()
    this.first[row] = a
    this.second[row] = b
    this.slots[slot] = row
    if (this.size * 2 > this.slots.length) this.growSlots()
    return row
  }

  private slotOf(a: number, b: number): number {
    const mask = this.slots.length - 1
    let slot = a & mask
    for (;;) {
      const row = this.slots[slot] ?? -1
      if (row < 0 || (this.first[row] === a && this.second[row] === b)) return slot
      slot = (slot + 1) & mask
    }
  }

  private growRows(): void {
    for (const name of ['first', 'second'] as const) {
      const larger = new Uint32Array(this[name].length * 2)
      larger.set(this[name])
      this[name] = larger
    }
  }

  private growSlots(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(-1)
    for (let row = 0; row < this.size; row++) {
      this.slots[this.slotOf(this.first[row] ?? 0, this.second[row] ?? 0)] = row
    }
  }
}

/**
 * FNV-1a with a shift per character, so that which texts collide depends on the seed, and a finaliser, so
 * that texts that differ only in their end differ in all bits.
 */
export function hashOf(text: string, seed = 0x811c9dc5): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
    hash ^= hash >>> 15
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return (hash ^ (hash >>> 15)) >>> 0
}
