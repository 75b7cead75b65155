import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runSimulation } from '../engine/sim/run.ts'
import { judge } from '../objectives/verdict.ts'
import type { RunRecord } from '../record/run.ts'
import { serialiseRun } from '../record/serialise.ts'
import { loadScenario } from '../scenario/load/load.ts'
import { defaultSimEnvironment } from '../engine/sim-environment.ts'

/**
 * One run kept whole: whatever changes a simulated figure, however slightly, shows here first. After
 * a change that is meant to, write it anew with `UPDATE_GOLDEN=1` and say so in the changelog.
 */
const golden = new URL('../../fixtures/golden-run-v2.json', import.meta.url)

/** The run without what is of the machine and the moment. */
function timeless(run: RunRecord): RunRecord {
  return {
    ...run,
    header: { ...run.header, startedAt: '', versions: {}, host: {} },
    audit: {
      ...run.audit,
      cpuShare: null,
      rssBytes: null,
      bytesPerVisitor: null,
      wallSec: 0,
      eventsPerSec: 0,
    },
  }
}

async function smoke(seed: number): Promise<RunRecord> {
  const loaded = await loadScenario('smoke', { allowCode: false })
  const run = runSimulation(loaded, { seed, population: 1, speed: 1 }, defaultSimEnvironment())
  return judge(run, loaded.scenario)
}

test('the smoke scenario with seed 1 is the golden run, to the byte', async () => {
  const text = serialiseRun(timeless(await smoke(1)))
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, text)
  const kept = readFileSync(golden, 'utf8')
  if (text === kept) return
  // Two hundred kilobytes that differ are no message: the first lines that do are.
  const [ours, theirs] = [text.split('\n'), kept.split('\n')]
  const differing = ours.flatMap((line, i) =>
    line === theirs[i] ? [] : [`${i + 1}: ${line.slice(0, 200)} | was ${theirs[i]?.slice(0, 200)}`],
  )
  expect(differing.slice(0, 10)).toEqual([])
  expect(text.length).toBe(kept.length)
})

test('it went well, so that it is worth keeping', async () => {
  const { verdict, summary } = await smoke(1)
  expect(verdict).toMatchObject({ valid: true, saturated: false })
  expect(verdict.slo.map(({ ok }) => ok)).toEqual([true, true, true])
  expect(summary.visitors.booked).toBeGreaterThan(1000)
})

test('another seed is another run', async () => {
  expect(serialiseRun(timeless(await smoke(2)))).not.toBe(readFileSync(golden, 'utf8'))
})
