/** What the parser asks of single octets, as tables. */

/** Bits of names that matter to how an answer is framed; a name may still be any of those set. */
export const Name = { connection: 1, contentLength: 2, transferEncoding: 4 } as const
/** Bits of list elements that matter. */
export const Token = { close: 1, keepAlive: 2, chunked: 4 } as const
/** Set where an octet may stand in a field's name at all (RFC 9110 §5.6.2). */
export const NAME_OCTET = 128

/** Longest of the names, and of the tokens: one row of a table for each octet, and one beyond. */
export const MOST_NAME = 17
export const MOST_TOKEN = 10

/** For the octet at place `i` of a name: `table[i << 8 | octet]`. */
export const nameTable = tableOf(
  {
    connection: Name.connection,
    'content-length': Name.contentLength,
    'transfer-encoding': Name.transferEncoding,
  },
  MOST_NAME,
)
export const tokenTable = tableOf(
  { close: Token.close, 'keep-alive': Token.keepAlive, chunked: Token.chunked },
  MOST_TOKEN,
)

/** Value of a hexadecimal digit, 255 where it is none. */
export const hexValue = Uint8Array.from({ length: 256 }, (_, octet) => {
  const char = String.fromCharCode(octet)
  return /[0-9a-f]/i.test(char) ? Number.parseInt(char, 16) : 255
})

function tableOf(words: Readonly<Record<string, number>>, longest: number): Uint8Array {
  const table = new Uint8Array((longest + 1) << 8)
  for (let i = 0; i <= longest; i++) {
    for (let octet = 0; octet < 256; octet++) {
      const char = String.fromCharCode(octet).toLowerCase()
      let bits = /[!#$%&'*+\-.^_`|~0-9a-z]/.test(char) && octet < 128 ? NAME_OCTET : 0
      for (const [word, bit] of Object.entries(words)) if (word[i] === char) bits |= bit
      table[(i << 8) | octet] = bits
    }
  }
  return table
}
