import type { RunRecord } from '../record/run.ts'
import { isSimulated, stationsOf } from './engine.ts'

function isOnThisMachine(target: string | null): boolean {
  return /^https?:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(\/|$)/.test(target ?? '')
}

/** What a run that was measured leaves open, however well it was measured. */
function limitsOf(run: RunRecord): { what: string; why: string }[] {
  const { target, population, speed } = run.header
  return [
    {
      what: 'How real people would have behaved',
      why: 'The crowd is a model: who comes, how long they stay and whether they come again follows the scenario’s assumptions. Measured is how the target answered that crowd.',
    },
    isOnThisMachine(target)
      ? {
          what: 'How the target does on machines of its own',
          why: 'It ran on the machine of the generator: the two shared its processors, and no real network lay between them.',
        }
      : {
          what: 'How the target does elsewhere',
          why: 'Measured is this target with its data, on its machines, over the network from this generator.',
        },
    ...(population === 1 && speed === 1
      ? []
      : [
          {
            what: 'How the target does at full size',
            why: 'Crowd and clock were scaled; service times, slots and timeouts were not.',
          },
        ]),
    ...(Object.keys(stationsOf(run)).length > 0
      ? []
      : [
          {
            what: 'What went on inside the target',
            why: 'Nobody observed its queues and its slots, so what limited it is not known: its answers are seen from outside alone.',
          },
        ]),
  ]
}

/** Of all measured runs, each thing once. */
export function limitsOfAll(runs: readonly { run: RunRecord }[]): { what: string; why: string }[] {
  const limits = runs.filter(({ run }) => !isSimulated(run)).flatMap(({ run }) => limitsOf(run))
  return [...new Map(limits.map((limit) => [limit.what, limit])).values()]
}
