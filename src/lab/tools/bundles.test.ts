import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { describe, expect, test } from 'vitest'
import { bundles, bundleText, root } from './bundles.ts'

const committed = (path: string) => readFileSync(join(root, path), 'utf8')

describe.each(bundles)('$output', (bundle) => {
  test('is what "npm run bundle" makes of its sources', async () => {
    const isCurrent = (await bundleText(bundle)) === committed(bundle.output)
    expect({ isCurrent, remedy: 'npm run bundle' }).toEqual({
      isCurrent: true,
      remedy: 'npm run bundle',
    })
  })

  test('needs nothing but what the runtime there has', () => {
    const { module, errors } = parseSync(bundle.output, committed(bundle.output))
    expect(errors).toEqual([])
    const imported = module.staticImports.map(({ moduleRequest }) => moduleRequest.value)
    expect(imported.filter((name) => bundle.external?.test(name) !== true)).toEqual([])
    expect(module.dynamicImports).toEqual([])
  })
})
