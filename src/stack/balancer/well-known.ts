import { codeHash } from '../../scenario/code-hash.ts'
import { consentField, wellKnownPath } from '../../engine/client/well-known.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { PageAnswer } from './balancer.ts'

/**
 * The owner's word that load of this scenario is welcome, for a stack that is reached from another
 * machine; `null` for any other path, and for a scenario without a code.
 */
export function wellKnownPage(path: string, { authorisation }: Scenario): PageAnswer | null {
  if (path !== wellKnownPath || authorisation === undefined) return null
  return {
    type: 'application/json; charset=utf-8',
    body: `${JSON.stringify({ [consentField]: codeHash(authorisation) })}\n`,
    headers: { 'cache-control': 'no-store' },
  }
}
