import { bodyFactsOf, type BodyFacts } from '../../client/body-facts.ts'
import type { BodyFault, BodyRules, Reply } from '../../client/transport.ts'
import { textOf } from './charsets.ts'
import { decodeContent } from './content-codings.ts'

const nothing = Buffer.alloc(0)
const noFacts: BodyFacts = { codings: [], mediaType: '', charset: '' }

/** A reply whose body is decoded when somebody reads it, and only then. */
export class DecodedReply implements Reply {
  outcome = 0
  status = 0
  head = ''
  connectUs = -1
  sentMs = NaN
  doneMs = 0
  private readonly rules: BodyRules
  private bytes: Buffer = nothing
  private isCut = false
  private fields = ''
  private isDecoded = true
  private text = ''
  private fault: BodyFault | null = null
  /** Many answers have the very same fields. */
  private knownFields = ''
  private knownFacts = noFacts

  constructor(rules: BodyRules) {
    this.rules = rules
  }

  /**
   * The body as it came, as far as it was kept, and all fields of the answer's header. `bytes` may
   * be changed once the reply was handled.
   */
  setBody(bytes: Buffer, isCut: boolean, fields: string): void {
    this.bytes = bytes
    this.isCut = isCut
    this.fields = fields
    this.isDecoded = false
  }

  /** There is none, or it is not wanted. */
  clearBody(): void {
    this.bytes = nothing
    this.isDecoded = true
    this.text = ''
    this.fault = null
  }

  get body(): string {
    if (!this.isDecoded) this.decode()
    return this.text
  }

  get bodyFault(): BodyFault | null {
    if (!this.isDecoded) this.decode()
    return this.fault
  }

  private decode(): void {
    const { bytes, isCut, rules } = this
    this.isDecoded = true
    this.text = ''
    this.fault = null
    if (bytes.length === 0) return
    const facts = this.facts()
    if (facts.codings.length === 0) {
      this.read(bytes, facts)
      return
    }
    const decoded = isCut ? 'BodyTooLong' : decodeContent(bytes, facts.codings, rules.maxBodyBytes)
    if (typeof decoded === 'string') this.fault = decoded
    else this.read(decoded, facts)
  }

  private read(bytes: Buffer, facts: BodyFacts): void {
    const { isCut, rules } = this
    const { text, isUnsure } = textOf(bytes, { facts, fallback: rules.charset, isCut })
    this.text = text
    if (isUnsure) this.fault = 'CharsetUnknown'
    else if (isCut) this.fault = 'BodyTooLong'
  }

  private facts(): BodyFacts {
    if (this.fields !== this.knownFields) {
      this.knownFields = this.fields
      this.knownFacts = bodyFactsOf(this.fields)
    }
    return this.knownFacts
  }
}
