// Runs on any Node from 12 on, before anything newer is parsed: one plain line instead of a syntax error.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const needed = [22, 19]
const found = process.versions.node.split('.').map(Number)

if (found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])) {
  const inSourceTree = existsSync(fileURLToPath(new URL('./main.ts', import.meta.url)))
  const remedy = inSourceTree
    ? 'the pinned one is missing because npm did not run its install script; ' +
      'run "npm install --ignore-scripts=false" (npm 12: "npm install-scripts approve node" first)'
    : 'install a newer one'
  console.error(
    `dambreak needs Node ${needed.join('.')} or newer and found v${process.versions.node}: ${remedy}`,
  )
  process.exit(2)
}
