import fc from 'fast-check'
import { oddResponses } from './odd-responses.ts'

/** An answer as it comes off the wire. */
export interface FuzzedAnswer {
  readonly bytes: Buffer
  /** Of the request. */
  readonly method: string
  /** The server closes its side after it. */
  readonly ends: boolean
}

const small = oddResponses.filter(({ bytes }) => bytes.length <= 400)

/** An odd answer with some octets changed, taken out, doubled or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(...small),
    fc.array(
      fc.tuple(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('change', 'remove', 'double', 'insert'),
        fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('\r\n :,;0159afZ\t\0'))),
      ),
      { maxLength: 6 },
    ),
    fc.boolean(),
  )
  .map(([response, edits, ends]): FuzzedAnswer => {
    const octets = [...Buffer.from(response.bytes, 'latin1')]
    for (const [place, edit, octet] of edits) {
      const at = Math.floor(place * octets.length)
      if (edit === 'change') octets[at] = octet
      else if (edit === 'remove') octets.splice(at, 1)
      else if (edit === 'double') octets.splice(at, 0, ...octets.slice(at, at + 20))
      else octets.splice(at, 0, octet)
    }
    return { bytes: Buffer.from(octets), method: response.method, ends }
  })
const random = fc
  .tuple(fc.uint8Array({ maxLength: 200 }), fc.boolean())
  .map(([bytes, ends]): FuzzedAnswer => ({ bytes: Buffer.from(bytes), method: 'GET', ends }))

export const fuzzedAnswer = fc.oneof(mutated, random)
