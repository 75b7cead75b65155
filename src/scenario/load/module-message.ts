import type { Fault } from '../../core/errors.ts'
import { isMapping } from '../plain.ts'

/** What the thread that runs a scenario module is started with. */
export interface ModuleData {
  readonly url: string
}

/** What that thread sends once: the export as plain data, or its faults. */
export type ModuleMessage =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'faults'; readonly faults: readonly Fault[] }

/** The module shares the thread's port and may post anything: only what has the shape counts. */
export function isModuleMessage(message: unknown): message is ModuleMessage {
  if (!isMapping(message)) return false
  const { kind, faults } = message
  if (kind === 'value') return 'value' in message
  const isFault = (fault: unknown) =>
    isMapping(fault) && typeof fault['path'] === 'string' && typeof fault['message'] === 'string'
  return kind === 'faults' && Array.isArray(faults) && faults.length > 0 && faults.every(isFault)
}

/** The first line of what a module threw. */
export function failureText(thrown: unknown): string {
  const words = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : ''
  const [line = ''] = words.split('\n')
  return line === '' ? 'the module failed without a message' : `the module failed: ${line}`
}
