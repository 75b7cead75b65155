import { systemClock } from '../core/clock.ts'
import { hostFacts, rssBytes, threadCpuMs, versions } from '../core/host.ts'
import { siblingModule } from '../core/sibling-module.ts'
import type { SimEnvironment } from './worker.ts'

/** Clock, memory and machine of this process, for a simulation that nobody gave others. */
export function defaultSimEnvironment(): SimEnvironment {
  return { clock: systemClock, versions, host: hostFacts(), rssBytes, cpuMs: threadCpuMs }
}

/** Entry of a thread that runs simulations. */
export const simThread = siblingModule(import.meta.url, 'sim/sim-thread')
