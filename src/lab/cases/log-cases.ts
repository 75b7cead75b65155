import type { Case, CaseBench } from './case.ts'

/** Cases of logs and tables that were misread. */
export const logCases: readonly Case[] = [
  {
    number: 7,
    expected: 'import 0, gate 0',
    observe: async (bench) => `import ${await imported(bench)}, ${await gated(bench)}`,
  },
]

const imported = async ({ dambreak, file }: CaseBench): Promise<number | null> =>
  (await dambreak(['import', '--from', 'access-log', file('access.log'), '--out', 'o'])).code

async function gated({ dambreak, file }: CaseBench): Promise<string> {
  const { code } = await dambreak([
    'gate',
    'o',
    '--slo',
    file('../07-gate-refuses-every-log-run/slo.txt'),
  ])
  return `gate ${code}`
}
