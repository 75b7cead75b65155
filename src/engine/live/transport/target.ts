import { BlockList, isIP, isIPv4 } from 'node:net'
import { lookup as resolve, Resolver } from 'node:dns/promises'
import { DambreakError } from '../../../core/errors.ts'
import type { Target } from '../../client/transport.ts'

/** All addresses of a name; rejects where there is none. */
export type Lookup = (name: string) => Promise<readonly string[]>

/** As the system resolves names: hosts file, then DNS. */
export const systemLookup: Lookup = async (name) =>
  (await resolve(name, { all: true })).map(({ address }) => address)

/** By the system's name servers. */
export async function systemLookupTxt(name: string): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: 5000, tries: 2 })
  const records = await resolver.resolveTxt(name).catch(() => [])
  return records.map((pieces) => pieces.join(''))
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/** Whether an IP address is this machine's own, whatever anybody's name server says. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address)
  return family !== 0 && loopback.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/** The parts of a URL that load may be sent to. */
export interface ParsedUrl {
  /** `http:` or `https:`. */
  readonly protocol: string
  /** As in the Host header. */
  readonly host: string
  /** Name or IP address, without brackets and without a dot at its end. */
  readonly name: string
  readonly port: number
  readonly path: string
  /** With its question mark, or ''. */
  readonly query: string
}

/**
 * Reads a URL strictly. Messages call it by `what` and never repeat it, for it may hold a secret.
 * @throws DambreakError 'usage'
 */
export function parseUrl(text: string, what: string): ParsedUrl {
  const refuse = (message: string) => new DambreakError('usage', `${what} ${message}`)
  // What URL parsers repair in silence (white space, backslashes, no slashes) is refused here.
  const isPlain = /^https?:\/\/[^/\\]/i.test(text) && !/[\s\\\p{Cc}]/u.test(text)
  if (!isPlain || !URL.canParse(text)) {
    throw refuse('must be an address such as http://127.0.0.1:8080 or https://example.com')
  }
  const url = new URL(text)
  const [authority = ''] = text.slice(text.indexOf('//') + 2).split(/[/?#]/, 1)
  if (authority.includes('@')) throw refuse('must not hold a name or a password')
  if (text.includes('#')) throw refuse('must not hold a fragment (#)')
  if (url.port === '0') throw refuse('must not have port 0')
  if (url.pathname.includes('//')) throw refuse('must not have an empty part (//) in its path')
  const standardPort = url.protocol === 'https:' ? 443 : 80
  return {
    protocol: url.protocol,
    host: url.host,
    name: url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/(?<=.)\.$/, ''),
    port: url.port === '' ? standardPort : Number(url.port),
    path: url.pathname,
    query: text.includes('?') ? url.search || '?' : '',
  }
}

/**
 * Where load is to go: the URL read, its name looked up once, one address of it pinned (an IPv4 one
 * where there is one: servers that listen on one family mostly listen on that). It is loopback only
 * if every address of the name is, so that a name server can make nothing loopback by adding one.
 * `what` is what messages call the URL; they never repeat it.
 * @throws DambreakError 'usage' for a URL that will not do, 'engine' for a name without an address
 */
export async function resolveTarget(
  text: string,
  { lookup, what = 'the target' }: { lookup: Lookup; what?: string },
): Promise<Target> {
  const url = parseUrl(text, what)
  if (url.query !== '') throw new DambreakError('usage', `${what} must not hold a query (?)`)
  const addresses = isIP(url.name) === 0 ? await addressesOf(url.name, lookup) : [url.name]
  const address = addresses.find(isIPv4) ?? addresses[0] ?? ''
  if (address === '0.0.0.0' || address === '::') {
    throw new DambreakError(
      'usage',
      `${what} is "any address" (${address}), to which nothing can be sent; for this machine write 127.0.0.1`,
    )
  }
  return {
    protocol: url.protocol,
    host: url.host,
    serverName: url.name,
    address,
    port: url.port,
    basePath: url.path.replace(/\/$/, ''),
    isLoopback: addresses.every(isLoopbackAddress),
  }
}

async function addressesOf(name: string, lookup: Lookup): Promise<readonly string[]> {
  let addresses: readonly string[]
  try {
    addresses = await lookup(name)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'no reason given'
    throw new DambreakError(
      'engine',
      `the name ${name} does not resolve to an address (${code})`,
      [],
      error,
    )
  }
  if (addresses.length > 0 && addresses.every((address) => isIP(address) !== 0)) return addresses
  throw new DambreakError('engine', `the name ${name} does not resolve to an address`)
}
