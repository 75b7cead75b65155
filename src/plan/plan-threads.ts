import { siblingModule } from '../core/sibling-module.ts'

/** Entry of a thread that runs the trials of a plan. */
export const planThread = siblingModule(import.meta.url, 'plan-thread')
