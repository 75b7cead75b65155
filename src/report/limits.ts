import type { RunRecord } from '../record/run.ts'
import { isLog, isSimulated, stationsOf } from './engine.ts'
import { sentOnlyText } from './sent-only.ts'

function isOnThisMachine(target: string | null): boolean {
  return /^https?:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?(\/|$)/.test(target ?? '')
}

interface Limit {
  what: string
  why: string
}

/** What a run that was measured leaves open, however well it was measured. */
function limitsOf(run: RunRecord): Limit[] {
  return isLog(run) ? limitsOfLog(run) : limitsOfCrowd(run)
}

function limitsOfLog(run: RunRecord): Limit[] {
  return [
    {
      what: 'What became of the visitors',
      why: 'A log has requests, and no visitors: who waited, was let in, booked or gave up is not in it.',
    },
    { what: 'Delays before the server', why: sentOnlyText(run) ?? '' },
  ]
}

function limitsOfCrowd(run: RunRecord): Limit[] {
  const { target, population, speed } = run.header
  const sentOnly = sentOnlyText(run)
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
    ...(sentOnly === null ? [] : [{ what: 'Delays before a request left', why: sentOnly }]),
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
export function limitsOfAll(runs: readonly { run: RunRecord }[]): Limit[] {
  const limits = runs.filter(({ run }) => !isSimulated(run)).flatMap(({ run }) => limitsOf(run))
  return [...new Map(limits.map((limit) => [limit.what, limit])).values()]
}
