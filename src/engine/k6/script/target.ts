import { canonicalAddress, isLoopback, isUnspecified } from './ip-address.ts'

/** Where the script sends. */
export interface ScriptTarget {
  readonly protocol: string
  /** With its port, if one is given. */
  readonly host: string
  readonly name: string
  readonly origin: string
  readonly basePath: string
  /** The address that is dialled, in canonical form. */
  readonly address: string
  readonly port: number
  /** k6's option `hosts`, which pins the name to the address; empty where the target is an address. */
  readonly hosts: Readonly<Record<string, string>>
  /** Of the address that is dialled, whatever its name says. */
  readonly isLoopback: boolean
}

export interface TargetVariables {
  /** `DAMBREAK_TARGET`, '' for none. */
  readonly target: string
  /** `DAMBREAK_ADDRESS`, '' for none. */
  readonly address: string
}

/**
 * Reads where to send. What is judged is the address that k6 dials: a name must be pinned to one, and only
 * `localhost` is without being asked.
 * @throws Error for whoever started k6
 */
export function readTarget({ target: text, address: stated }: TargetVariables): ScriptTarget {
  if (text === '') {
    throw new Error(
      'no target: k6 run -e DAMBREAK_TARGET=http://127.0.0.1:8080 surge.js (where to send the load)',
    )
  }
  const found = /^(https?:)\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?(\/[^?#\s\\]*)?$/i.exec(text)
  const [, protocol = '', given = '', port = '', path = ''] = found ?? []
  if (found === null || path.includes('//')) {
    throw new Error(
      'DAMBREAK_TARGET must be an address such as http://127.0.0.1:8080 or https://example.com',
    )
  }
  const scheme = protocol.toLowerCase()
  const name = given.toLowerCase()
  const pinned = pinnedAddress(name, stated)
  const address = canonicalAddress(pinned) ?? ''
  if (isUnspecified(address)) {
    throw new Error('"any address" cannot be sent to: for this machine write 127.0.0.1')
  }
  const isAddress = canonicalAddress(withoutBrackets(name)) !== null
  return {
    protocol: scheme,
    host: name + port,
    name,
    origin: `${scheme}//${name}${port}`,
    basePath: path.replace(/\/$/, ''),
    address,
    port: port === '' ? standardPort(scheme) : Number(port.slice(1)),
    hosts: isAddress ? {} : { [name]: pinned },
    isLoopback: isLoopback(address),
  }
}

const standardPort = (scheme: string): number => (scheme === 'https:' ? 443 : 80)

const withoutBrackets = (name: string): string => name.replace(/^\[(.*)\]$/, '$1')

/** The address that a host stands for. */
function pinnedAddress(name: string, stated: string): string {
  if (stated !== '' && canonicalAddress(stated) === null) {
    throw new Error('DAMBREAK_ADDRESS must be one IP address, such as 192.0.2.7 or 2001:db8::7')
  }
  const own = withoutBrackets(name)
  const canonical = canonicalAddress(own)
  if (canonical !== null) {
    if (stated === '' || canonicalAddress(stated) === canonical) return own
    throw new Error('DAMBREAK_ADDRESS is another address than that of DAMBREAK_TARGET')
  }
  // Resolvers differ in what they take 127.1, 0x7f.0.0.1 or 127.999.0.1 for.
  if (own !== name || /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/.test(name)) {
    throw new Error(`${name} is neither an IP address, written in full, nor a name`)
  }
  if (stated !== '') return stated
  if (name === 'localhost') return '127.0.0.1'
  throw new Error(
    `the name ${name} is not pinned to an address: k6 run -e DAMBREAK_ADDRESS=<its IP address> …`,
  )
}

/** Variables by which k6 would send, or look up names, by another way. */
const divertingVariables = /^(?:https?_proxy|all_proxy|k6_hosts|k6_no_setup)$/i

/**
 * Names of variables that lead k6 past the script's checks.
 * @param variables k6's environment
 */
export function divertingAmong(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(variables).filter(
    (name) => divertingVariables.test(name) && (variables[name] ?? '') !== '',
  )
}
