import { assert } from '../../core/assert.ts'

/**
 * What the server made a visitor keep: the waiting room's key, cookies, values taken from answers.
 * A mutable record that is used again for one visitor after the other.
 */
export interface Kept {
  /** Key of the waiting room; '' for none. */
  key: string
  /** A Cookie header's value: `name=value; name=value`; '' for none. */
  cookies: string
  /** Values taken from answers, by name. */
  values: Record<string, string>
}

/** Slots are multiples of 16 bytes up to 256, and then double up to 1 MiB: no target fills our memory. */
const STEP_BYTES = 16
const SMALL_CLASSES = 16
const CLASSES = 28
const CHUNK_BYTES = 1 << 20
const LENGTH_BYTES = 4
/** A reference: class in the upper 5 bits, slot number, from 1, in the lower 27. */
const SLOT_BITS = 27
const SLOT_MASK = (1 << SLOT_BITS) - 1

const slotBytesOf = (size: number): number =>
  size < SMALL_CLASSES ? (size + 1) * STEP_BYTES : 256 << (size - SMALL_CLASSES + 1)

/**
 * What each visitor keeps, as text in slots of a few large buffers: six million keys as strings
 * would be a heap that the collector walks for ever. A visitor that keeps nothing costs 4 bytes.
 */
export class KeptStore {
  /** Bytes in slots handed out. */
  bytes = 0
  private refs: Uint32Array
  private readonly chunks: Buffer[][] = Array.from({ length: CLASSES }, () => [])
  private readonly used = new Uint32Array(CLASSES)
  /** First free slot of each class; each holds the next one's number in its first bytes. */
  private readonly free = new Uint32Array(CLASSES)

  constructor(visitors: number) {
    this.refs = new Uint32Array(visitors)
  }

  load(v: number, into: Kept): void {
    into.key = ''
    into.cookies = ''
    const ref = this.refs[v] ?? 0
    if (ref === 0) {
      into.values = {}
      return
    }
    const { chunk, at } = this.place(ref >>> SLOT_BITS, ref & SLOT_MASK)
    const from = at + LENGTH_BYTES
    const end = from + chunk.readUInt32LE(at)
    // Most keep a key alone, which is plain ASCII.
    if (chunk[from] === KEY_ALONE) {
      into.key = chunk.toString('latin1', from + 1, end)
      into.values = {}
      return
    }
    const [key, cookies, values] = JSON.parse(chunk.toString('utf8', from, end)) as StoredKept
    into.key = key
    into.cookies = cookies
    into.values = values
  }

  /** False where it is too much to keep; then it keeps what it had. */
  save(v: number, kept: Kept): boolean {
    const { key, cookies, values } = kept
    const isKeyAlone = cookies === '' && isAscii(key) && !hasOwn(values)
    if (isKeyAlone && key === '') {
      this.drop(v)
      return true
    }
    const text = isKeyAlone ? `k${key}` : JSON.stringify([key, cookies, values])
    const length = isKeyAlone ? text.length : Buffer.byteLength(text)
    const size = classOf(length + LENGTH_BYTES)
    if (size >= CLASSES) return false
    let ref = this.refs[v] ?? 0
    if (ref === 0 || ref >>> SLOT_BITS !== size) {
      this.drop(v)
      ref = (size << SLOT_BITS) | this.take(size)
      if (v >= this.refs.length) this.grow(v)
      this.refs[v] = ref
    }
    const { chunk, at } = this.place(ref >>> SLOT_BITS, ref & SLOT_MASK)
    chunk.writeUInt32LE(length, at)
    if (isKeyAlone) chunk.write(text, at + LENGTH_BYTES, 'latin1')
    else chunk.write(text, at + LENGTH_BYTES, 'utf8')
    return true
  }

  /** The visitor keeps nothing any more. */
  drop(v: number): void {
    const ref = this.refs[v] ?? 0
    if (ref === 0) return
    const size = ref >>> SLOT_BITS
    const slot = ref & SLOT_MASK
    const { chunk, at } = this.place(size, slot)
    chunk.writeUInt32LE(this.free[size]!, at)
    this.free[size] = slot
    this.refs[v] = 0
    this.bytes -= slotBytesOf(size)
  }

  private take(size: number): number {
    this.bytes += slotBytesOf(size)
    const free = this.free[size]!
    if (free !== 0) {
      const { chunk, at } = this.place(size, free)
      this.free[size] = chunk.readUInt32LE(at)
      return free
    }
    const slot = ++this.used[size]!
    assert(slot <= SLOT_MASK, 'more slots than a reference can name')
    const perChunk = Math.floor(CHUNK_BYTES / slotBytesOf(size))
    const chunks = this.chunks[size]!
    if (slot > chunks.length * perChunk) chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES))
    return slot
  }

  private place(size: number, slot: number): { chunk: Buffer; at: number } {
    const slotBytes = slotBytesOf(size)
    const perChunk = Math.floor(CHUNK_BYTES / slotBytes)
    const n = Math.floor((slot - 1) / perChunk)
    return { chunk: this.chunks[size]![n]!, at: (slot - 1 - n * perChunk) * slotBytes }
  }

  private grow(v: number): void {
    const larger = new Uint32Array(Math.ceil(v * 1.25) + 1)
    larger.set(this.refs)
    this.refs = larger
  }
}

type StoredKept = [key: string, cookies: string, values: Record<string, string>]

/** 'k' */
const KEY_ALONE = 0x6b

function classOf(bytes: number): number {
  if (bytes <= SMALL_CLASSES * STEP_BYTES) return Math.ceil(bytes / STEP_BYTES) - 1
  return SMALL_CLASSES - 1 + Math.ceil(Math.log2(bytes / 256))
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7e) return false
  return true
}

function hasOwn(values: Readonly<Record<string, string>>): boolean {
  for (const _name in values) return true
  return false
}
