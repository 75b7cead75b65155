import { isIP } from 'node:net'
import { DambreakError } from '../../core/errors.ts'
import { codeHash } from '../../scenario/code-hash.ts'
import type { Target } from '../client/transport.ts'
import {
  consentField,
  consentRecord,
  consentRecordName,
  readConsentRecord,
  readPublished,
  wellKnownPath,
} from '../client/well-known.ts'
import type { FetchText } from './control/fetch-text.ts'

/** Most requests a second to a host whose owner has not been heard. */
const maxUnprovedPerSec = 50

/** `maxPerSec`: ceiling on requests a second, polls and all; `null`: none that comes of consent. */
export type Consent =
  | { readonly kind: 'loopback'; readonly maxPerSec: null }
  | { readonly kind: 'proved'; readonly by: 'file' | 'dns'; readonly maxPerSec: null }
  | { readonly kind: 'capped'; readonly maxPerSec: number }

/** The texts of a name's TXT records; none where there is none, or no answer. Never rejects. */
type LookupTxt = (name: string) => Promise<readonly string[]>

export interface ConsentOptions {
  /** The scenario's code; absent: it has none. */
  readonly authorisation: string | undefined
  /** Host that the user takes upon themselves; absent: none. */
  readonly allowHost: string | undefined
  readonly fetchText: FetchText
  readonly lookupTxt: LookupTxt
}

const maxBytes = 16 * 1024
const timeoutMs = 5000

/**
 * Whether, and how fast, load may be sent to the target: freely to this machine itself, freely to a host
 * whose owner publishes the hash of the scenario's code (at `wellKnownPath`, or for HTTPS in DNS), slowly to
 * the host that the user names. Nothing but one GET for that file is sent before the answer is known.
 * @throws DambreakError 'usage' that tells how to give consent
 */
export async function consentOf(target: Target, options: ConsentOptions): Promise<Consent> {
  if (target.isLoopback) return { kind: 'loopback', maxPerSec: null }
  const { authorisation = '', allowHost } = options
  const proof = await proofOf(target, authorisation, options)
  if (typeof proof === 'string') return { kind: 'proved', by: proof, maxPerSec: null }
  if (allowHost !== undefined && isSameHost(allowHost, target)) {
    return { kind: 'capped', maxPerSec: maxUnprovedPerSec }
  }
  throw refusal(target, { reason: proof, allowHost, authorisation })
}

/** Why the target did not prove its consent. */
type Unproved =
  | { readonly code: 'NoAuthorisation' }
  | { readonly code: 'NotRead'; readonly error: string }
  | { readonly code: 'Status'; readonly status: number }
  | { readonly code: 'NotConsent' }
  | { readonly code: 'PlainCode' }
  | { readonly code: 'OtherCode' }

async function proofOf(
  target: Target,
  authorisation: string,
  { fetchText, lookupTxt }: ConsentOptions,
): Promise<'file' | 'dns' | Unproved> {
  if (authorisation.trim() === '') return { code: 'NoAuthorisation' }
  const hash = codeHash(authorisation)
  const request = { method: 'GET', path: wellKnownPath, maxBytes, timeoutMs } as const
  const answer = await fetchText(target, request)
  if (!answer.ok) return { code: 'NotRead', error: answer.detail }
  const unproved = unprovedBy(answer, hash)
  if (unproved === null) return 'file'
  if (!hasProvedName(target)) return unproved
  const records = await lookupTxt(consentRecordName(target.serverName))
  return records.some((text) => readConsentRecord(text) === hash) ? 'dns' : unproved
}

/** `null` where the answer holds the hash. */
function unprovedBy(answer: { status: number; text: string }, hash: string): Unproved | null {
  if (answer.status !== 200) return { code: 'Status', status: answer.status }
  const published = readPublished(answer.text)
  if (published.kind === 'plainCode') return { code: 'PlainCode' }
  if (published.kind === 'unreadable') return { code: 'NotConsent' }
  return published.hashes.includes(hash) ? null : { code: 'OtherCode' }
}

/**
 * A record in DNS is the word of whoever owns the name, who may let it point at a machine of somebody else.
 * Only a certificate, which was verified when the file was asked for, says that the machine is theirs.
 */
const hasProvedName = ({ protocol, serverName }: Target): boolean =>
  protocol === 'https:' && isIP(serverName) === 0

/** `example.com`, with or without the port. */
function isSameHost(allowed: string, { host, serverName }: Target): boolean {
  const plain = allowed.toLowerCase().replace(/\.$/, '')
  return [host, serverName, `[${serverName}]`].includes(plain)
}

function refusal(
  target: Target,
  given: { reason: Unproved; allowHost: string | undefined; authorisation: string },
): DambreakError {
  const { reason, allowHost, authorisation } = given
  const because = (): string => {
    switch (reason.code) {
      case 'NoAuthorisation':
        return 'the scenario has no authorisation code'
      case 'NotRead':
        return `its ${wellKnownPath} could not be read: ${reason.error}`
      case 'Status':
        return `it answers ${reason.status} for ${wellKnownPath}`
      case 'NotConsent':
        return `its ${wellKnownPath} is not {"${consentField}": "<SHA-256 of the code>"}`
      case 'PlainCode':
        return `its ${wellKnownPath} publishes the code itself, which anybody can copy`
      case 'OtherCode':
        return `its ${wellKnownPath} names another code`
    }
  }
  const howToAgree = (hash: string): string[] => [
    "To agree, its owner publishes the SHA-256 of the scenario's code. The code itself stays secret. Serve",
    `  ${target.protocol}//${target.host}${wellKnownPath}   ${JSON.stringify({ [consentField]: hash })}`,
    ...(hasProvedName(target)
      ? [
          'or add this record to DNS',
          `  ${consentRecordName(target.serverName)}. IN TXT "${consentRecord(hash)}"`,
        ]
      : []),
  ]
  const lines = [
    `${target.host} has not agreed to take this load: ${because()}.`,
    ...(allowHost === undefined
      ? []
      : [`--allow-host names another host than ${target.serverName}.`]),
    'Load goes only to this machine itself, or to a host whose owner agreed.',
    ...(reason.code === 'NoAuthorisation'
      ? [
          'Give the scenario a code that nobody can guess ("authorisation: <code>"): this then says what to publish.',
        ]
      : howToAgree(codeHash(authorisation))),
    'If the host is yours and can do neither,',
    `--allow-host ${target.serverName} sends at most ${maxUnprovedPerSec} requests a second.`,
  ]
  return new DambreakError('usage', lines.join('\n'))
}
