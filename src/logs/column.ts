/** A list of numbers that grows, eight bytes each and no object a number. */
export class Column {
  length = 0
  private room = new Float64Array(256)

  push(value: number): void {
    if (this.length === this.room.length) {
      const larger = new Float64Array(this.room.length * 2)
      larger.set(this.room)
      this.room = larger
    }
    this.room[this.length++] = value
  }

  at(index: number): number {
    return this.room[index] ?? Number.NaN
  }

  set(index: number, value: number): void {
    this.room[index] = value
  }

  /** The values themselves, not a copy. */
  values(): Float64Array {
    return this.room.subarray(0, this.length)
  }
}
