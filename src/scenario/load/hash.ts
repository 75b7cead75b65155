import { createHash } from 'node:crypto'
import { canonicalJson } from '../plain.ts'
import type { Scenario } from '../schema/schema.ts'
import { withoutSecrets } from '../request/secrets.ts'

/**
 * Hashes of what comes at the stack and of what it comes at: SHA-256 of canonical JSON, 16 hex
 * digits. Taken of plain numbers with defaults filled in, so that neither evidence nor its absence
 * changes them, and without secrets, so that a recorded scenario hashes as the one that ran.
 */
export function hashesOf(scenario: Scenario): { workloadHash: string; stackHash: string } {
  const { population, arrivals, behaviour, journey, doors, opensAt, endsAt } = withoutSecrets({
    ...scenario,
  })
  const { waitingRoom, stack, inventory, timeline } = scenario
  return {
    workloadHash: hashOf({ population, arrivals, behaviour, journey, doors, opensAt, endsAt }),
    stackHash: hashOf({ waitingRoom, stack, inventory, timeline }),
  }
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16)
}
