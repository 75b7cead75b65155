import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withoutK6 } from '../cli/testing/find-k6.ts'
import { blockName, pagePaths, readPage } from './testing/markdown-page.ts'
import { isRun, runPage } from './testing/shell-session.ts'

/** Every command and program of every page, run in its order in a directory of its own. */

const pages = pagePaths().map(readPage)

describe('every page does what it says', () => {
  test.each(
    pages.filter(({ blocks }) => blocks.some(isRun)).map((page) => [page.path, page] as const),
  )(
    '%s',
    async (_path, page) => {
      const directory = mkdtempSync(join(tmpdir(), 'dambreak-docs-'))
      const needsK6 = page.blocks.filter(({ marks }) => marks.get('needs') === 'k6')
      try {
        const faults = await runPage(page, directory, new Set(withoutK6 === null ? [] : needsK6))
        expect(faults.join('\n\n')).toBe('')
      } finally {
        rmSync(directory, { recursive: true, force: true })
      }
    },
    600_000,
  )
})

describe('what is not run, and why', () => {
  for (const page of pages) {
    for (const block of page.blocks) {
      const reason =
        block.marks.get('not run') ?? (block.marks.get('needs') === 'k6' ? withoutK6 : null)
      if (reason !== null) test(blockName(page, block), ({ skip }) => skip(reason))
    }
  }
})
