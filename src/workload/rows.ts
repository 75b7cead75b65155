/**
 * Visitors are rows of typed arrays, one a ticket, in the order of issue: 44 bytes each, 32 of them
 * side by side, because a visitor's event touches them all and six million rows do not fit in any
 * cache.
 *
 *   word   0 1          2     3     4       5       6                    7
 *          due (f64)    next  prev  entity  person  eta (f32) | request  flags, tries, step, end, action
 *
 * `due`, `next` and `prev` belong to the engine's agenda of events.
 */

/** What a visitor does next, when its time comes. */
export const Action = {
  /** Nothing is pending: it waits for an answer, or it is gone. */
  none: 0,
  /** Comes to the front door, for a (new) ticket. */
  knock: 1,
  /** Gives up waiting. */
  abandon: 2,
  /** Polls, and learns that its turn has come. */
  poll: 3,
  /** Goes in past the gate: the bypass, or a client that failed open. */
  enter: 4,
  /** Sends the request of its current step. */
  send: 5,
  /** Stops waiting for the answer of its request. */
  timeout: 6,
} as const

/** Bits of `flags`. */
export const Flag = {
  reentry: 1,
  /** Its turn has been called; it is let in at its next poll. */
  called: 2,
  /** Is counted as inside. */
  inside: 4,
  /** A booking was committed for this very ticket. */
  booked: 8,
  /** Came by a further front door (a partner's app). */
  door: 16,
  /** Stands in line, called or not. */
  waiting: 32,
  /** Left the line by itself; the gate does not know until its key lapses. */
  gone: 64,
  /** Holds a ticket; not so a row of someone who came while service was off. */
  issued: 128,
} as const

/** `end` of a ticket that has not ended yet. */
const noEnd = 15
export const NO_END = noEnd

/** Words (4 bytes) of a row, and where the agenda's fields are in it. */
export const rowLayout = { words: 8, next: 2, prev: 3 } as const
// Constants of the module's own, which V8 folds; an exported one it reads anew at every use.
const ROW_WORDS = 8
const PREV_WORD = 3
const ENTITY = 4
const PERSON = 5
const SHARED = 6
const STATE = 7
/** Bits of the state word: end, step, tries and flags above the action. */
const END_BIT = 4
const STEP_BIT = 8
const TRIES_BIT = 16
const FLAGS_BIT = 24
const SEND = Action.send
const NIBBLE = 0xf
const BYTE = 0xff

export class VisitorRows {
  /** Rows in use are 0 … length-1. */
  length: number
  capacity: number
  words: Int32Array
  /** `due` of row v is at 4·v. */
  times: Float64Array
  private floats: Float32Array
  /** When it joined the queue, ms; once it has left by itself, when its key lapses. */
  enteredMs: Float64Array
  /** When the action that `step` chose last is due, ms: written by `step`, read at once. */
  nextAtMs = 0

  constructor(length: number, capacity: number) {
    this.length = length
    this.capacity = Math.max(capacity, length + 1)
    const buffer = new ArrayBuffer(this.capacity * ROW_WORDS * 4)
    this.words = new Int32Array(buffer)
    this.times = new Float64Array(buffer)
    this.floats = new Float32Array(buffer)
    this.enteredMs = new Float64Array(this.capacity)
  }

  /** A new row; grows by a quarter when full. */
  add(entity: number, person: number): number {
    if (this.length === this.capacity) this.grow(Math.ceil(this.capacity * 1.25))
    const row = this.length++
    const word = row * ROW_WORDS
    this.words[word + PREV_WORD] = -1
    this.words[word + ENTITY] = entity
    this.words[word + PERSON] = person
    this.words[word + STATE] = noEnd << END_BIT
    return row
  }

  /** Only the first `length` rows are in use, and none of the others has been. */
  keepFirst(length: number): void {
    this.length = length
    this.words.fill(0, length * ROW_WORDS)
  }

  /** Identity for chance: the initial ticket's number, or a hash of it for a re-entry. */
  entity(v: number): number {
    return this.words[v * ROW_WORDS + ENTITY]!
  }

  person(v: number): number {
    return this.words[v * ROW_WORDS + PERSON]!
  }

  setIdentity(v: number, entity: number, person: number): void {
    this.words[v * ROW_WORDS + ENTITY] = entity
    this.words[v * ROW_WORDS + PERSON] = person
  }

  /** A new row that has the flags, the entry and the displayed wait of `v`, for another ticket. */
  addLike(v: number, entity: number, person: number): number {
    const row = this.add(entity, person)
    const flags = (this.words[v * ROW_WORDS + STATE]! >>> FLAGS_BIT) << FLAGS_BIT
    this.words[row * ROW_WORDS + STATE] = flags | (noEnd << END_BIT)
    this.floats[row * ROW_WORDS + SHARED] = this.floats[v * ROW_WORDS + SHARED]!
    this.enteredMs[row] = this.enteredMs[v]!
    return row
  }

  action(v: number): number {
    return this.words[v * ROW_WORDS + STATE]! & NIBBLE
  }

  setAction(v: number, action: number): void {
    const at = v * ROW_WORDS + STATE
    this.words[at] = (this.words[at]! & ~NIBBLE) | action
  }

  /** End code of its ticket, or `NO_END`. */
  end(v: number): number {
    return (this.words[v * ROW_WORDS + STATE]! >>> END_BIT) & NIBBLE
  }

  setEnd(v: number, end: number): void {
    const at = v * ROW_WORDS + STATE
    this.words[at] = (this.words[at]! & ~(NIBBLE << END_BIT)) | (end << END_BIT)
  }

  /** Step, failed attempts at it and next action in one write: a step's request is sent next. */
  setSending(v: number, step: number, tries: number): void {
    const at = v * ROW_WORDS + STATE
    const kept = this.words[at]! & ~(NIBBLE | (BYTE << STEP_BIT) | (BYTE << TRIES_BIT))
    this.words[at] = kept | (step << STEP_BIT) | (tries << TRIES_BIT) | SEND
  }

  step(v: number): number {
    return (this.words[v * ROW_WORDS + STATE]! >>> STEP_BIT) & BYTE
  }

  setStep(v: number, step: number): void {
    const at = v * ROW_WORDS + STATE
    this.words[at] = (this.words[at]! & ~(BYTE << STEP_BIT)) | (step << STEP_BIT)
  }

  /** Attempts at the current step that failed so far. */
  tries(v: number): number {
    return (this.words[v * ROW_WORDS + STATE]! >>> TRIES_BIT) & BYTE
  }

  setTries(v: number, tries: number): void {
    const at = v * ROW_WORDS + STATE
    this.words[at] = (this.words[at]! & ~(BYTE << TRIES_BIT)) | (tries << TRIES_BIT)
  }

  has(v: number, flag: number): boolean {
    return ((this.words[v * ROW_WORDS + STATE]! >>> FLAGS_BIT) & flag) !== 0
  }

  set(v: number, flags: number): void {
    this.words[v * ROW_WORDS + STATE]! |= flags << FLAGS_BIT
  }

  clear(v: number, flags: number): void {
    this.words[v * ROW_WORDS + STATE]! &= ~(flags << FLAGS_BIT)
  }

  /** Wait displayed on entry, seconds; NaN where none was. Lost once it sends requests. */
  etaSec(v: number): number {
    return this.floats[v * ROW_WORDS + SHARED]!
  }

  setEtaSec(v: number, sec: number): void {
    this.floats[v * ROW_WORDS + SHARED] = sec
  }

  /** The engine's number of its request in flight. */
  request(v: number): number {
    return this.words[v * ROW_WORDS + SHARED]!
  }

  setRequest(v: number, request: number): void {
    this.words[v * ROW_WORDS + SHARED] = request
  }

  private grow(capacity: number): void {
    this.capacity = capacity
    const words = new Int32Array(capacity * ROW_WORDS)
    words.set(this.words)
    this.words = words
    this.times = new Float64Array(words.buffer)
    this.floats = new Float32Array(words.buffer)
    const enteredMs = new Float64Array(capacity)
    enteredMs.set(this.enteredMs)
    this.enteredMs = enteredMs
  }
}
