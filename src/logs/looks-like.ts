import { isIP } from 'node:net'
import { plainName, type Cells } from './log-field.ts'
import { withoutPort, type LogPlan, type PlanFailure } from './log-plan.ts'
import { readTimestamp, type TimeContext } from './timestamp.ts'

/** `203.0.113.1` or `203.0.113.1, 198.51.100.7`, ports allowed. */
export function isAddressList(text: string): boolean {
  const parts = text.split(',').map((part) => withoutPort(part.trim()))
  return (
    parts.some((part) => isIP(part) > 0) &&
    parts.every((part) => isIP(part) > 0 || part === 'unknown')
  )
}

/** What a key that nothing was taken from looks like. */
type Likeness = 'time' | 'client' | 'status' | 'duration'
export interface UnusedField {
  readonly field: string
  readonly looksLike: Likeness
}

/** Names of values that are known and are no property of the client's request. */
const ofOthers =
  /^sip$|^sport$|upstream|origin|backend|target|server|local|destination|host$|listener|port|retry|retries|overhead|bytes|size|length|trace|span|cert|tls|ssl|ttl|age$|firstbyte|gzip|offset|pid$|expires|modified|connect/

const likenessNames: readonly (readonly [Likeness, RegExp])[] = [
  ['duration', /duration|latency|elapsed|took|timetaken|(?:request|response|processing|total)time/],
  ['client', /clientip|clientaddr|remoteip|remoteaddr|visitor|session|forwardedfor|realip/],
  ['status', /status|(?:response|result|http)code/],
  ['time', /time|date|^ts|stamp/],
]

/** Fields that nothing was taken from, and that look like a time, a client, a status or a duration. */
export function unusedFields(
  samples: readonly { readonly keys: readonly string[]; readonly cells: Cells }[],
  plan: LogPlan,
  context: TimeContext,
): UnusedField[] {
  const used = new Set<string>([
    ...Object.values(plan.keys).flat(),
    ...[plan.duration, plan.upstream].flatMap((planned) => planned?.key ?? []),
  ])
  const keys = [...new Set(samples.flatMap((sample) => sample.keys))]
  return keys.flatMap((field) => {
    const values = samples.flatMap(({ cells }) => cells(field) ?? [])
    if (used.has(field) || values.length === 0) return []
    const looksLike = likenessOf(field, values, context)
    return looksLike === null || isKnownOtherwise(looksLike, plan) ? [] : [{ field, looksLike }]
  })
}

/** A second duration or time beside the one that was taken says little that is new; another client does. */
function isKnownOtherwise(looksLike: Likeness, { keys, duration }: LogPlan): boolean {
  if (looksLike === 'duration') return duration !== null
  if (looksLike === 'time') return keys.time.length + keys.start.length > 0
  return looksLike === 'status' && keys.status.length > 0
}

/** What the values of a key look like, as far as its name does not speak against it. */
function likenessOf(
  key: string,
  values: readonly (string | number)[],
  context: TimeContext,
): Likeness | null {
  const name = plainName(key)
  if (ofOthers.test(name)) return null
  const are = (test: (text: string) => boolean) =>
    values.filter((value) => test(String(value))).length * 2 > values.length
  // What follows a line in the combined format has no name: fractions there are durations.
  if (name.startsWith('extra') && are((text) => /^\d+\.\d+$/.test(text))) return 'duration'
  const byName = likenessNames.find(([, form]) => form.test(name))?.[0] ?? null
  if (are((text) => isAddressList(text))) return 'client'
  if (are((text) => /^[1-5]\d\d$/.test(text)) && (byName === 'status' || byName === null))
    return 'status'
  const isTime = are(
    (text) => !/^\d{1,9}(\.\d+)?$/.test(text) && readTimestamp(text, context) !== null,
  )
  if (isTime && (byName === 'time' || are((text) => /[-:/]/.test(text)))) return 'time'
  const isNumber = are((text) => /^\d+(\.\d+)?\s?(ns|us|µs|ms|s)?$/.test(text))
  if (byName === 'duration' && isNumber) return 'duration'
  return byName === 'client' ? 'client' : null
}

/** A failure with the keys whose values look like the field that is missing. */
export type ExplainedFailure = PlanFailure & { readonly like: readonly string[] }

export function explained(
  failure: PlanFailure,
  samples: readonly { readonly keys: readonly string[]; readonly cells: Cells }[],
  context: TimeContext,
): ExplainedFailure {
  if (failure.code !== 'FieldMissing') return { ...failure, like: [] }
  const like = failure.keys.filter((key) => {
    const values = samples.flatMap(({ cells }) => cells(key) ?? [])
    return values.length > 0 && likenessOf(key, values, context) === failure.field
  })
  return { ...failure, like }
}
