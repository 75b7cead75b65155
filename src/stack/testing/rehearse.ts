import { must } from '../../core/assert.ts'
import {
  rehearseVirtually,
  type VirtualRehearsal,
} from '../../engine/live/testing/virtual-rehearsal.ts'
import type { RunRecord } from '../../record/run.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import { planFromWallSec } from '../../workload/plan.ts'
import type { FaultName } from '../contract.ts'
import { VirtualStack } from './virtual-stack.ts'

export interface RehearseOptions extends Omit<VirtualRehearsal, 'meet' | 'forSec'> {
  /** Cuts the run this many scenario seconds after the opening. */
  readonly untilSec?: number
  readonly fault?: FaultName
  /** Of a request's way there, and of an answer's way back. */
  readonly wayMs?: number
  /** The stack is asked for its findings at the end. */
  readonly asksStack?: boolean
}

/** Rehearses a scenario on the stack that it speaks of, all in virtual time. */
export async function rehearse(
  loaded: LoadedScenario,
  { untilSec, fault, wayMs = 0, asksStack = false, ...options }: RehearseOptions,
): Promise<{ run: RunRecord; stack: VirtualStack }> {
  const { seed, population = 1, speed = 1 } = options
  const scenario = scaleScenario(loaded.scenario, { population, speed })
  const { behaviour, waitingRoom } = scenario
  const stacks: VirtualStack[] = []
  const run = await rehearseVirtually(loaded, {
    ...options,
    ...(untilSec === undefined ? {} : { forSec: untilSec / speed - planFromWallSec(scenario) }),
    meet: (time, { window, originMs }) => {
      const stack = new VirtualStack({
        scenario,
        window,
        time,
        originMs,
        seed,
        wayMs,
        fault: fault ?? null,
        // Whoever comes past the gate is let in, until somebody closes the bypass.
        failOpen: behaviour.bypass.share > 0 || waitingRoom.failOpen > 0,
      })
      stacks.push(stack)
      return {
        serve: stack.serve,
        accompanied: () => ({
          events: stack.performed,
          findings: asksStack ? stack.findings() : null,
        }),
      }
    },
  })
  return { run, stack: must(stacks[0], 'a stack') }
}
