/** `npm run bundle`: writes the scripts that run in browsers and in k6, each one file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundles, bundleText, root } from './bundles.ts'

for (const bundle of bundles) writeFileSync(join(root, bundle.output), await bundleText(bundle))
