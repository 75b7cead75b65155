import { describe, expect, test } from 'vitest'
import { loadScenario } from '../scenario/load/load.ts'
import { preflightRows } from './matrix.ts'

const load = async (...set: string[]) =>
  (await loadScenario('smoke', { allowCode: false, set })).scenario
const smoke = await load()
const idsOf = (...given: Parameters<typeof preflightRows>) =>
  preflightRows(...given).map(({ id }) => id)

const list = (text: string) => text.trim().split(/\s+/)
const cohorts = `may-book-1967 may-book-1968
  may-not-book-1957 may-not-book-1965 may-not-book-1966
  may-not-book-1969 may-not-book-1970 may-not-book-1978 straight-1969`
const last = 'second-booking devices-at-once order clean-up'

describe('the matrix of a scenario', () => {
  test('before the opening: gate, keys, offers, every cohort, both sides of it', () => {
    expect(idsOf(smoke, 'before')).toEqual(
      list(`gate-shut no-key invented-key altered-key waiting-key timeout-key
        offers ${cohorts} ${last}`),
    )
  })

  test('after it: a gate that lets in, and no key of one who waits', () => {
    expect(idsOf(smoke, 'after')).toEqual(
      list(`gate-open no-key invented-key altered-key timeout-key offers ${cohorts} ${last}`),
    )
  })

  test('without a waiting room: pages that are shut, no keys, no line', async () => {
    const scenario = await load('waitingRoom.protocol=none')
    expect(idsOf(scenario, 'before')).toEqual(
      list(`gate-shut offers ${cohorts} second-booking devices-at-once clean-up`),
    )
  })

  test('no year outside those that people can have', async () => {
    const years = ['from=1851', 'to=2100'].map((year) => `population.birthYears.${year}`)
    const ids = idsOf(await load(...years), 'after')
    expect(ids.filter((id) => id.startsWith('may-not'))).toEqual(['may-not-book-1850'])
    expect(ids.filter((id) => id.startsWith('may-book'))).toHaveLength(250)
    expect(ids).toContain('straight-1850')
  })

  test('requests that say no birth year have one cohort', () => {
    const journey = smoke.journey.map((step) => ({
      ...step,
      request: { method: 'GET', path: '/${person}', cookies: true, redirects: true },
    }))
    const ids = idsOf({ ...smoke, journey }, 'after')
    expect(ids.filter((id) => id.includes('may'))).toEqual(['may-book'])
  })
})
