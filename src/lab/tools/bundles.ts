import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

/**
 * Scripts of ours that run elsewhere, in a browser or in k6, each one file. They stand beside what
 * reads them, for a checkout without development dependencies has no bundler.
 */

interface Bundle {
  /** Relative to the repository, as is `output`. */
  readonly input: string
  readonly output: string
  /** `es`: a module; `iife`: a classic script that leaves no name behind. */
  readonly format: 'es' | 'iife'
  /** What the runtime there has by itself. */
  readonly external?: RegExp
  /** Modules that are replaced there, by their specifiers. */
  readonly alias?: Readonly<Record<string, string>>
}

export const root = fileURLToPath(new URL('../../..', import.meta.url))

export const bundles: readonly Bundle[] = [
  {
    input: 'scenarios/k6/surge.ts',
    output: 'src/engine/k6/surge.bundle.js',
    format: 'es',
    external: /^k6(?:\/|$)/,
    alias: { './linear-pattern.ts': 'src/engine/k6/script/linear-pattern.ts' },
  },
  {
    input: 'src/report/html/browser/page.ts',
    output: 'src/report/html/page.bundle.js',
    format: 'iife',
  },
  {
    input: 'src/stack/balancer/browser/page.ts',
    output: 'src/stack/balancer/page.bundle.js',
    format: 'iife',
  },
]

/** The text of a bundle; whatever it needs beyond `external` is a fault, Node's own modules too. */
export async function bundleText({ input, format, external, alias = {} }: Bundle): Promise<string> {
  const bundle = await rolldown({
    input,
    cwd: root,
    platform: 'neutral',
    ...(external === undefined ? {} : { external }),
    resolve: {
      alias: Object.fromEntries(Object.entries(alias).map(([from, to]) => [from, join(root, to)])),
    },
    onwarn: ({ message }) => {
      throw new Error(`${input}: ${message}`)
    },
  })
  const { output } = await bundle.generate({ format, comments: false })
  await bundle.close()
  if (output.length !== 1) throw new Error(`${input} is ${output.length} files`)
  return `// Made by "npm run bundle" of ${input}.\n${output[0].code}`
}
