import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sweep } from '../../core/testing/sweep.ts'
import type { Driver } from './driver.ts'
import { openPglite } from './pglite.ts'
import { ledgerContract } from './testing/ledger-contract.ts'

describe('the ledger on PGlite', () => {
  let shared: Driver
  // It takes seconds to start: one for all tests, which start with an empty ledger each.
  const lent = () => Promise.resolve({ ...shared, close: () => Promise.resolve() })

  beforeAll(async () => {
    shared = await openPglite(null)
  })

  afterAll(async () => {
    await shared.close()
  })

  ledgerContract(() => ({
    database: 'pglite',
    databaseUrl: null,
    crowd: sweep(800, 2000),
    openDriver: lent,
    openSide: lent,
  }))

  test('a folder that cannot be opened is named', async () => {
    await expect(openPglite('/dev/null/ledger')).rejects.toMatchObject({
      kind: 'disk',
      message: expect.stringContaining('/dev/null/ledger') as unknown,
    })
  })
})
