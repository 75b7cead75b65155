import { expect, test } from 'vitest'
import { minInstances } from './min-instances.ts'
import { looksOf, meetsSlo, replicateCandidates, verdictOf, type Demand } from './replications.ts'
import { luckOf, missed, outcomeWith, synthetic } from './testing/synthetic.ts'
import type { Trial } from './trial.ts'

const demand: Demand = { probability: 0.95, maxReplications: 100, holds: meetsSlo }

/** Each draw needs so many instances that a share `p(n)` of them is met by n. */
const byShare = (shareAt: (instances: number) => number) => (trial: Trial) =>
  luckOf(trial) < shareAt(trial.instances) ? outcomeWith() : missed()

async function verdicts(counts: readonly number[], shareAt: (instances: number) => number) {
  const { outcomes, batches } = synthetic(byShare(shareAt))
  const found = await replicateCandidates(
    counts.map((instances) => ({ instances })),
    outcomes,
    demand,
  )
  return { verdicts: found.map((one) => verdictOf(one, demand)), found, batches }
}

test('clear candidates end early, one whose share is the threshold is left undecided', async () => {
  const shares = [0, 0.3, 0.95, 1]
  const done = await verdicts([0, 1, 2, 3], (n) => shares[n] ?? 1)
  expect(done.verdicts).toEqual(['fails', 'fails', 'undecided', 'meets'])
  expect(done.found.map((one) => one.length)).toEqual([2, 2, 100, 80])
})

test('looks begin at the fewest that are asked for, and end at the most', () => {
  expect(looksOf(100)).toEqual([2, 4, 8, 16, 24, 36, 48, 64, 80, 100])
  expect(looksOf(30, 12)).toEqual([12, 16, 24, 30])
  expect(looksOf(8, 8)).toEqual([8])
  expect(looksOf(1)).toEqual([1])
})

test('a candidate is judged by itself: more need not be better', async () => {
  const done = await verdicts([4, 6, 8], (n) => (n === 6 ? 1 : 0.1))
  expect(done.verdicts).toEqual(['fails', 'meets', 'fails'])
})

test('every candidate is looked at on the same draws, 0, 1, …, none of them twice', async () => {
  const { batches } = await verdicts([1, 2], (n) => (n === 1 ? 0.2 : 1))
  const drawsOf = (instances: number) =>
    batches
      .flatMap((batch) => batch.filter((trial) => trial.instances === instances))
      .map(({ draw }) => draw)
  expect(drawsOf(1)).toEqual([0, 1])
  expect(drawsOf(2)).toEqual(Array.from({ length: 80 }, (_, draw) => draw))
  expect(batches[0]?.length).toBe(4)
})

test('the fewest is found by halving, and confirmed', async () => {
  const { outcomes, batches } = synthetic(byShare((n) => (n >= 11 ? 1 : 0.3)))
  const counts = Array.from({ length: 20 }, (_, i) => i + 1)
  const fewest = await minInstances({}, outcomes, {
    counts,
    screening: 8,
    demand,
    isDecided: true,
  })
  expect(fewest).toEqual({ instances: 11, isConfirmed: true })
  const tried = new Set(batches.flat().map(({ instances }) => instances))
  expect(tried.size).toBeLessThanOrEqual(7)
})

test('the fewest is none where the most is not enough, and the first where that is', async () => {
  const counts = [2, 4, 8]
  const at = async (shareAt: (n: number) => number) =>
    (
      await minInstances({}, synthetic(byShare(shareAt)).outcomes, {
        counts,
        screening: 8,
        demand,
        isDecided: true,
      })
    ).instances
  expect(await at(() => 0.5)).toBeNull()
  expect(await at(() => 1)).toBe(2)
  expect(await at((n) => (n >= 8 ? 1 : 0))).toBe(8)
})

test('an answer that the few replications misled to is left for the next above', async () => {
  // The first eight draws say that 4 is enough; the rest says that it is not.
  const { outcomes } = synthetic((trial) =>
    trial.instances === 4 && (trial.draw ?? 0) >= 8
      ? missed()
      : trial.instances < 4
        ? missed()
        : outcomeWith(),
  )
  const counts = [2, 3, 4, 5, 6]
  const fewest = await minInstances({}, outcomes, {
    counts,
    screening: 8,
    demand,
    isDecided: true,
  })
  expect(fewest.instances).toBe(5)
})

test('a count below that the few replications misled to refuse is found by the rule', async () => {
  // One unlucky draw of four with 4; of a hundred it is the only one.
  const { outcomes } = synthetic(({ instances, draw }) =>
    instances < 4 || (instances === 4 && draw === 2) ? missed() : outcomeWith(),
  )
  const options = { counts: [2, 3, 4, 5, 6], screening: 4, isDecided: true }
  const asked = { ...demand, maxReplications: 200 }
  expect((await minInstances({}, outcomes, { ...options, demand: asked })).instances).toBe(4)
})

test('too many for what all share do not hide that fewer are enough', async () => {
  const { outcomes } = synthetic(byShare((n) => (n >= 4 && n < 15 ? 1 : 0)))
  const counts = Array.from({ length: 20 }, (_, i) => i + 1)
  const options = { counts, screening: 4, demand, isDecided: true }
  expect((await minInstances({}, outcomes, options)).instances).toBe(4)
})
