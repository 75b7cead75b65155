import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { temporaryDirectory } from '../../core/testing/temporary-directory.ts'
import { runHere } from '../testing/in-process.ts'
import { windowText } from './study.ts'

let folder: { path: string; remove: () => void }
beforeEach(() => {
  folder = temporaryDirectory()
})
afterEach(() => folder.remove())

const study = (...args: string[]) =>
  runHere(['study', 'smoke', '--out', 'out', '--format', 'json', ...args], folder.path)

interface Shown {
  answer: string
  sweep: { instances: number; gate: string }[]
}

describe('the window that the answer speaks of', () => {
  const opensAt = '2021-07-19T20:00:00+09:00'
  const evening = { opensAt, endsAt: '2021-07-20T12:00:00+09:00' }
  const full = { sweepSec: 3600, population: 1, speed: 1 }

  test('is no longer than the scenario', () => {
    expect(windowText(evening, full)).toBe('the first hour')
    expect(windowText(evening, { ...full, sweepSec: 1800 })).toBe('the first 30 min')
    const brief = { opensAt, endsAt: '2021-07-19T20:06:00+09:00' }
    expect(windowText(brief, full)).toBe('the first 6 min')
  })

  test('says at what scale it was tried', () => {
    const scaled = { ...full, population: 0.1, speed: 10 }
    expect(windowText(evening, scaled)).toBe(
      'the first hour of 0.1 times the crowd at 10 times the speed',
    )
  })
})

describe('study', () => {
  test('tries each count once, in order, with the one gate that a tight scenario has', async () => {
    const { code, out } = await study('--sweep', '3,1,3', '--json')
    expect(code).toBe(0)
    const { answer, sweep } = JSON.parse(out) as Shown
    expect(sweep.map(({ instances, gate }) => [instances, gate])).toEqual([
      [1, 'tight'],
      [3, 'tight'],
    ])
    expect(answer).toMatch(/^How many instances carry the first 6 min .+ a tight gate 1 does \(/)
    expect(answer).not.toContain('leaking')
  })

  test('says where the results are if no page is written', async () => {
    const { code, err } = await study('--sweep', '2', '--gate')
    expect(code).toBe(0)
    expect(err).toContain(`written to ${join(folder.path, 'out')}\n`)
    expect(err).not.toContain('SLO')
  })

  test('refuses code where it is told to', async () => {
    writeFileSync(join(folder.path, 'code.ts'), 'throw new Error("ran")')
    const ended = await runHere(['study', join(folder.path, 'code.ts'), '--no-code'], folder.path)
    expect(ended.code).toBe(2)
    expect(ended.err).toMatch(/--no-code forbids/)
    expect(readdirSync(folder.path)).toEqual(['code.ts'])
  })
})
