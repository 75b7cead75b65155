const compressions = 2
const finalRounds = 4

/**
 * SipHash-2-4 (Aumasson and Bernstein 2012), made to authenticate short texts, of a message of 8 to
 * 15 bytes. All are words of 32 bits, the lowest first: four of `key`, four of `message`, whose last
 * byte is its length, and two that are written into `tag`.
 *
 * A number of 64 bits is two of 32 here, its `high` and its `low`; 0 … 3 are those of the state.
 */
export function sipHash(key: Int32Array, message: Int32Array, tag: Int32Array): void {
  const k0 = key[0] ?? 0
  const k1 = key[1] ?? 0
  const k2 = key[2] ?? 0
  const k3 = key[3] ?? 0
  let low0 = k0 ^ 0x70736575
  let high0 = k1 ^ 0x736f6d65
  let low1 = k2 ^ 0x6e646f6d
  let high1 = k3 ^ 0x646f7261
  let low2 = k0 ^ 0x6e657261
  let high2 = k1 ^ 0x6c796765
  let low3 = k2 ^ 0x79746573
  let high3 = k3 ^ 0x74656462
  for (let step = 0; step < 3; step++) {
    const isLast = step === 2
    const low = isLast ? 0 : (message[2 * step] ?? 0)
    const high = isLast ? 0 : (message[2 * step + 1] ?? 0)
    const rounds = isLast ? finalRounds : compressions
    low3 ^= low
    high3 ^= high
    if (isLast) low2 ^= 0xff
    for (let round = 0; round < rounds; round++) {
      // v0 += v1; v1 = (v1 <<< 13) ^ v0; v0 <<<= 32
      let sum = (low0 >>> 0) + (low1 >>> 0)
      const high01 = (high0 + high1 + (sum > 0xffffffff ? 1 : 0)) | 0
      const low01 = sum | 0
      let left = (low1 << 13) | (high1 >>> 19)
      high1 = ((high1 << 13) | (low1 >>> 19)) ^ high01
      low1 = left ^ low01
      // v2 += v3; v3 = (v3 <<< 16) ^ v2
      sum = (low2 >>> 0) + (low3 >>> 0)
      high2 = (high2 + high3 + (sum > 0xffffffff ? 1 : 0)) | 0
      low2 = sum | 0
      left = (low3 << 16) | (high3 >>> 16)
      high3 = ((high3 << 16) | (low3 >>> 16)) ^ high2
      low3 = left ^ low2
      // v0 += v3; v3 = (v3 <<< 21) ^ v0; the halves of v0 have changed places
      sum = (high01 >>> 0) + (low3 >>> 0)
      high0 = (low01 + high3 + (sum > 0xffffffff ? 1 : 0)) | 0
      low0 = sum | 0
      left = (low3 << 21) | (high3 >>> 11)
      high3 = ((high3 << 21) | (low3 >>> 11)) ^ high0
      low3 = left ^ low0
      // v2 += v1; v1 = (v1 <<< 17) ^ v2; v2 <<<= 32
      sum = (low2 >>> 0) + (low1 >>> 0)
      const high21 = (high2 + high1 + (sum > 0xffffffff ? 1 : 0)) | 0
      const low21 = sum | 0
      left = (low1 << 17) | (high1 >>> 15)
      high1 = ((high1 << 17) | (low1 >>> 15)) ^ high21
      low1 = left ^ low21
      low2 = high21
      high2 = low21
    }
    low0 ^= low
    high0 ^= high
  }
  tag[0] = low0 ^ low1 ^ low2 ^ low3
  tag[1] = high0 ^ high1 ^ high2 ^ high3
}
