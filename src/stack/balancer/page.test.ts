import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
import { bookingPage } from './page.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })
const facts = { scenario, opensAtEpochMs: 1000, nowEpochMs: 500, gateOrigin: null }

describe('bookingPage', () => {
  test('runs its own script and style alone', () => {
    const { html, headers } = bookingPage(facts)
    const policy = headers['content-security-policy'] ?? ''
    const hashOf = (tag: string) => {
      const inside = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)?.[1] ?? ''
      return `'sha256-${createHash('sha256').update(inside).digest('base64')}'`
    }
    expect(policy).toContain(`script-src 'self' ${hashOf('script')};`)
    expect(policy).toContain(`style-src ${hashOf('style')};`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/\b(src|href)="(?!data:)/)
  })

  test('lets the gate send clients to the one node that there is', () => {
    const { headers } = bookingPage({ ...facts, gateOrigin: 'http://127.0.0.1:9' })
    const policy = headers['content-security-policy']
    expect(policy).toContain("script-src 'self' http://127.0.0.1:9 'sha256-")
  })

  test('tells its script the steps, the opening and who may book', () => {
    const { html } = bookingPage(facts)
    const data = /<script type="application\/json" id="facts">([^]*?)<\/script>/.exec(html)?.[1]
    expect(JSON.parse(data ?? '')).toMatchObject({
      action: 'smoke',
      birthYears: { from: 1967, to: 1968 },
      opensAtEpochMs: 1000,
      steps: [{ path: '/booking/identify' }, { path: '/booking/book' }],
    })
  })

  test('shows what a scenario says as text, whatever it says', () => {
    const evil = '</script><script>alert(1)</script>'
    const { html } = bookingPage({
      ...facts,
      scenario: { ...scenario, name: evil, description: evil },
    })
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&lt;script&gt;alert(1)')
  })
})
