import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { DambreakError } from '../../core/errors.ts'
import type { FetchText } from './control/fetch-text.ts'
import type { Target } from '../client/transport.ts'

/** Where a host's owner says whose load is welcome. */
export const wellKnownPath = '/.well-known/dambreak.json'

/** Most requests a second to a host whose owner has not been heard. */
const maxUnprovedPerSec = 50

export interface Consent {
  readonly kind: 'loopback' | 'proved' | 'capped'
  /** Ceiling on requests a second, polls and all; `null`: none that comes of consent. */
  readonly maxPerSec: number | null
}

export interface ConsentOptions {
  /** The scenario's code; absent: it has none. */
  readonly authorisation: string | undefined
  /** Host that the user takes upon themselves; absent: none. */
  readonly allowHost: string | undefined
  readonly fetchText: FetchText
}

const wellKnown = z.union([
  z.looseObject({ authorisation: z.string() }),
  z.looseObject({ authorisations: z.array(z.string()) }),
])
const maxBytes = 16 * 1024
const timeoutMs = 5000

/**
 * Whether, and how fast, load may be sent to the target: freely to this machine itself, freely to a
 * host whose owner names the scenario's code at `wellKnownPath`, slowly to the host that the user
 * names. Nothing but one GET for that file is sent before the answer is known.
 * @throws DambreakError 'usage' that tells how to give consent
 */
export async function consentOf(target: Target, options: ConsentOptions): Promise<Consent> {
  if (target.isLoopback) return { kind: 'loopback', maxPerSec: null }
  const { authorisation = '', allowHost } = options
  const reason = await whyUnproved(target, authorisation, options.fetchText)
  if (reason === null) return { kind: 'proved', maxPerSec: null }
  if (allowHost !== undefined && isSameHost(allowHost, target)) {
    return { kind: 'capped', maxPerSec: maxUnprovedPerSec }
  }
  throw refusal(target, { reason, allowHost })
}

/** Why the target did not prove its consent. */
type Unproved =
  | { readonly code: 'NoAuthorisation' }
  | { readonly code: 'NotRead'; readonly error: string }
  | { readonly code: 'Status'; readonly status: number }
  | { readonly code: 'NotConsent' }
  | { readonly code: 'OtherCode' }

/** `null` where the host names the code. */
async function whyUnproved(
  target: Target,
  authorisation: string,
  fetchText: FetchText,
): Promise<Unproved | null> {
  if (authorisation.trim() === '') return { code: 'NoAuthorisation' }
  const request = { method: 'GET', path: wellKnownPath, maxBytes, timeoutMs } as const
  const answer = await fetchText(target, request)
  if (!answer.ok) return { code: 'NotRead', error: answer.detail }
  if (answer.status !== 200) return { code: 'Status', status: answer.status }
  const codes = codesOf(answer.text)
  if (codes === null) return { code: 'NotConsent' }
  return isAmong(codes, authorisation) ? null : { code: 'OtherCode' }
}

function codesOf(text: string): readonly string[] | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const parsed = wellKnown.safeParse(value)
  if (!parsed.success) return null
  const { data } = parsed
  return 'authorisations' in data ? (data.authorisations as string[]) : [data.authorisation]
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** In a time that tells neither how much of a code fits nor which one does. */
function isAmong(codes: readonly string[], wanted: string): boolean {
  const sought = digest(wanted)
  return codes.map((code) => timingSafeEqual(digest(code), sought)).includes(true)
}

/** `example.com`, with or without the port. */
function isSameHost(allowed: string, { host, serverName }: Target): boolean {
  const plain = allowed.toLowerCase().replace(/\.$/, '')
  return [host, serverName, `[${serverName}]`].includes(plain)
}

function refusal(
  target: Target,
  { reason, allowHost }: { reason: Unproved; allowHost: string | undefined },
): DambreakError {
  const because = (): string => {
    switch (reason.code) {
      case 'NoAuthorisation':
        return 'the scenario has no authorisation code'
      case 'NotRead':
        return `its ${wellKnownPath} could not be read: ${reason.error}`
      case 'Status':
        return `it answers ${reason.status} for ${wellKnownPath}`
      case 'NotConsent':
        return `its ${wellKnownPath} is not {"authorisation": "<code>"}`
      case 'OtherCode':
        return `its ${wellKnownPath} names another code`
    }
  }
  const lines = [
    `${target.host} has not agreed to take this load: ${because()}.`,
    ...(allowHost === undefined
      ? []
      : [`--allow-host names another host than ${target.serverName}.`]),
    'Load goes only to this machine itself, or to a host whose owner agreed. To agree, its owner serves',
    `  ${target.protocol}//${target.host}${wellKnownPath}   {"authorisation": "<code>"}`,
    'and the scenario says "authorisation: <code>", the same code. If the host is yours and cannot serve',
    `the file, --allow-host ${target.serverName} sends at most ${maxUnprovedPerSec} requests a second.`,
  ]
  return new DambreakError('usage', lines.join('\n'))
}
