import { afterEach, describe, expect, test } from 'vitest'
import { wellKnownPath } from '../../engine/client/well-known.ts'
import { consentOf } from '../../engine/live/consent.ts'
import { codeHash } from '../../scenario/code-hash.ts'
import { fetchText } from '../../engine/live/control/fetch-text.ts'
import { resolveTarget } from '../../engine/live/transport/target.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { createBalancer, type Balancer } from './balancer.ts'
import { wellKnownPage } from './well-known.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })
const code = 'drill "7" 훈련'
let balancer: Balancer | null = null
afterEach(() => balancer?.close())

/** The stack as it looks from another machine. */
async function awayTarget(authorisation?: string) {
  const { authorisation: _own, ...rest } = scenario
  const given = authorisation === undefined ? rest : { ...rest, authorisation }
  balancer = await createBalancer({
    host: '127.0.0.1',
    port: 0,
    policy: 'round-robin',
    gatePort: 1,
    page: (path) => wellKnownPage(path, given),
    clock: { epochMs: () => 0, monotonicMs: () => 0 },
  })
  const lookup = () => Promise.resolve(['127.0.0.1'])
  const target = await resolveTarget(`http://stack.example:${balancer.port}`, { lookup })
  return { ...target, isLoopback: false }
}

const asking = { allowHost: undefined, fetchText, lookupTxt: () => Promise.resolve([]) }

describe('the stack’s word that load is welcome', () => {
  test('proves consent to the scenario that has its code, and to no other', async () => {
    const target = await awayTarget(code)
    expect(await consentOf(target, { ...asking, authorisation: code })).toMatchObject({
      kind: 'proved',
    })
    await expect(consentOf(target, { ...asking, authorisation: 'drill' })).rejects.toThrow(
      'names another code',
    )
  })

  test('is not there without a code', async () => {
    const target = await awayTarget()
    await expect(consentOf(target, { ...asking, authorisation: code })).rejects.toThrow(
      `it answers 503 for ${wellKnownPath}`,
    )
  })

  test('stands at its one path', () => {
    const given = { ...scenario, authorisation: code }
    expect(wellKnownPage('/.well-known/', given)).toBeNull()
    expect(wellKnownPage(wellKnownPath, given)).toMatchObject({
      body: `${JSON.stringify({ authorisationSha256: codeHash(code) })}\n`,
    })
  })
})
