import { describe, expect, test } from 'vitest'
import { runScript } from './testing/script.ts'

interface Line {
  readonly target: string
  readonly room?: number
  readonly held?: number
  readonly timedOut?: number
  readonly heldOfAll?: number
  readonly files?: number | null
}

describe('npm run idle', () => {
  test('holds what there is room for, gets over what there is not, and books meanwhile', async () => {
    const { code, out, err } = await runScript('idle.ts', ['--connections', '700'], {
      openFiles: 500,
    })
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    expect(lines.map(({ target }) => target).join(' ')).toBe(
      'balancer balancer balancer gate gate gate',
    )
    const answers = {
      booking: { answer: 'ok' },
      gate: { answer: expect.any(Number) as number },
      health: { answer: 200 },
    }
    for (const [within, beyond, afterwards] of [lines.slice(0, 3), lines.slice(3)]) {
      expect(within).toMatchObject({ openFilesLimit: 500, room: 300, answers })
      expect((within?.held ?? 0) + (within?.timedOut ?? 0)).toBe(300)
      expect(beyond?.heldOfAll).toBeGreaterThan(0)
      expect(beyond?.heldOfAll).toBeLessThan(500)
      expect(afterwards).toMatchObject({ answersAfterwards: answers })
    }
  })

  test('an unknown option is bad usage', async () => {
    expect(await runScript('idle.ts', ['--connection', '5'])).toMatchObject({ code: 2, out: '' })
  })
})
