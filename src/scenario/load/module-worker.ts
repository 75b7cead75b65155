/** What the thread that runs a scenario module starts with; see `module.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import type { Fault } from '../../core/errors.ts'
import { failureText, type ModuleData, type ModuleMessage } from './module-message.ts'
import { isMapping, toPlain } from '../plain.ts'
import { show } from '../schema/words.ts'

const port = must(parentPort, 'the port of a module thread')
const { url } = workerData as ModuleData
// Standard output is for results: a module's own output goes to standard error.
console.log = console.info = console.debug = console.error

function messageOf(module: object): ModuleMessage {
  const fault = (message: string): ModuleMessage => faultsOf([{ path: '', message }])
  const value: unknown = 'default' in module ? module.default : undefined
  if (value === undefined) {
    return fault('exports nothing; write export default defineScenario({ … })')
  }
  if (!isMapping(value)) {
    const got = typeof value === 'function' ? 'a function' : show(value)
    return fault(`must export a scenario by default, got ${got}`)
  }
  const plain = toPlain(value)
  return plain.ok ? { kind: 'value', value: plain.value } : faultsOf(plain.faults)
}

function faultsOf(faults: readonly Fault[]): ModuleMessage {
  return { kind: 'faults', faults }
}

// No top-level await: if it never ended, Node would print a warning with our source lines.
void import(url).then(
  (module: object) => port.postMessage(messageOf(module)),
  (thrown: unknown) => port.postMessage(faultsOf([{ path: '', message: failureText(thrown) }])),
)
