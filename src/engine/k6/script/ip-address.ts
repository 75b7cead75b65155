/** IP addresses without Node: k6 has neither. */

/** Four decimal numbers from 0 to 255 without leading zeros: what every resolver takes for the same address. */
function ipv4Octets(text: string): number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part))) return null
  const octets = parts.map(Number)
  return octets.every((octet) => octet <= 255) ? octets : null
}

/** Eight groups of 16 bits (RFC 4291 §2.2), without a zone. */
function ipv6Groups(text: string): number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  const octets = tail === null ? null : ipv4Octets(tail[2] ?? '')
  if (tail !== null && octets === null) return null
  const [a = 0, b = 0, c = 0, d = 0] = octets ?? []
  const whole =
    octets === null
      ? text
      : `${tail?.[1]}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
  const halves = whole.split('::')
  if (halves.length > 2) return null
  const [head = [], end = []] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const missing = 8 - head.length - end.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...end]
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null
  return groups.map((group) => parseInt(group, 16))
}

/**
 * An address in one form for each: `127.0.0.1` also for `::ffff:127.0.0.1`, IPv6 as eight groups. `null` for
 * whatever is no address, among them `127.1`, `0177.0.0.1`, `2130706433` and addresses with a zone.
 */
export function canonicalAddress(text: string): string | null {
  const octets = ipv4Octets(text)
  if (octets !== null) return octets.join('.')
  const groups = ipv6Groups(text)
  if (groups === null) return null
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (!isMapped) return groups.map((group) => group.toString(16)).join(':')
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** Whether an address, in canonical form, is this machine's own. */
export function isLoopback(canonical: string): boolean {
  return canonical.startsWith('127.') || canonical === '0:0:0:0:0:0:0:1'
}

/** "Any address", to which nothing can be sent. */
export function isUnspecified(canonical: string): boolean {
  return canonical === '0.0.0.0' || canonical === '0:0:0:0:0:0:0:0'
}
