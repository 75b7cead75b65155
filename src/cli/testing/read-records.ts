import { existsSync, globSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gate } from '../../gate/gate.ts'
import { readPlan } from '../../plan/plan-file.ts'
import { readRun } from '../../record/store.ts'

/**
 * Reads every record that a command of a test has written under its `--out` since `sinceMs`, as `gate`
 * and `report` do.
 * @throws Error where `gate` would refuse one; DambreakError where one cannot be read
 */
export async function readRecords(
  args: readonly string[],
  cwd: string,
  sinceMs: number,
): Promise<void> {
  const out = args[args.indexOf('--out') + 1]
  if (!args.includes('--out') || out === undefined) return
  for (const path of writtenSince(resolve(cwd, out), sinceMs)) {
    if (path.endsWith('plan.json')) await readPlan(path)
    else await readByGate(path)
  }
}

/** File times are those of the kernel's coarse clock, which may be a tick behind. */
const clockMs = 20

function writtenSince(out: string, sinceMs: number): string[] {
  if (!existsSync(out) || !statSync(out).isDirectory()) return []
  return globSync(['run.json', 'plan.json', 'runs/*/run.json'], { cwd: out })
    .map((name) => join(out, name))
    .filter((path) => statSync(path).mtimeMs >= sinceMs - clockMs)
}

async function readByGate(path: string): Promise<void> {
  const record = await readRun(path)
  const { subjects } = gate({ runs: [{ label: path, record }], objectives: [] })
  const broken = subjects
    .flatMap(({ checks }) => checks)
    .filter(({ kind, outcome }) => kind === 'record' && outcome !== 'passed')
  if (broken.length > 0) throw new Error(`gate refuses ${path}: ${JSON.stringify(broken)}`)
}
