/** `npm run build`: sources to `dist/`, with the files that are no TypeScript beside them. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const compiler = join(root, 'node_modules/typescript/bin/tsc')
for (const project of ['tsconfig.build.json', 'tsconfig.types.json']) {
  execFileSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' })
}
for (const entry of readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || /\.(ts|md)$/.test(entry.name)) continue
  const from = join(entry.parentPath, entry.name)
  const to = from.replace(join(root, 'src'), dist)
  // Only beside what was compiled: `lab/` and `testing/` are in no package.
  if (existsSync(dirname(to))) cpSync(from, to)
}
