/** As many rows of tickets as a cache line holds: they are gone through one by one. */
const blockSize = 64

/**
 * How many wait, by blocks of 64 tickets, as a binary indexed tree (Fenwick 1994): a change, the
 * sum before a block, and the block in which the k-th stands take log₂(blocks) steps each.
 */
export class LineCount {
  total = 0
  /** `tree[i]` (from 1) sums the blocks i − lowest bit of i … i − 1. Its size is a power of two. */
  private tree = new Int32Array(1 + 64)

  blockOf(n: number): number {
    return Math.floor(n / blockSize)
  }

  /** The first ticket of a block. */
  startOf(block: number): number {
    return block * blockSize
  }

  add(n: number, change: number): void {
    const block = this.blockOf(n)
    while (block >= this.tree.length - 1) this.grow()
    for (let i = block + 1; i < this.tree.length; i += i & -i) {
      this.tree[i] = (this.tree[i] ?? 0) + change
    }
    this.total += change
  }

  /** How many wait in the blocks before this one. */
  before(block: number): number {
    let sum = 0
    for (let i = block; i > 0; i -= i & -i) sum += this.tree[i] ?? 0
    return sum
  }

  /** The block of the one that has so many ahead; fewer than `total` of them. */
  blockWith(ahead: number): number {
    let block = 0
    let left = ahead
    for (let span = this.tree.length - 1; span > 0; span >>= 1) {
      const sum = this.tree[block + span] ?? Infinity
      if (sum > left) continue
      block += span
      left -= sum
    }
    return block
  }

  /** To twice the blocks; the new half is empty, so that the new root is the old one's sum. */
  private grow(): void {
    const size = (this.tree.length - 1) * 2
    const tree = new Int32Array(1 + size)
    tree.set(this.tree)
    tree[size] = this.total
    this.tree = tree
  }
}
