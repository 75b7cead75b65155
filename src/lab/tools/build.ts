/** `npm run build`: sources to `dist/`, with the files that are no TypeScript beside them. */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { flatModules } from '../../engine/k6/flat-modules.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.(ts|md)$/.test(entry.name)) continue
  const from = join(entry.parentPath, entry.name)
  const to = from.replace(join(root, 'src'), dist)
  // Only beside what was compiled: `lab/` and `testing/` are in no package.
  if (existsSync(dirname(to))) cpSync(from, to)
}

// What `export` writes: k6 runs TypeScript as it is.
const script = join(dist, 'cli/k6-script')
mkdirSync(script)
for (const [name, text] of flatModules((path) => readFileSync(join(root, path), 'utf8'))) {
  writeFileSync(join(script, name), text)
}
