import { siblingModule } from '../../core/sibling-module.ts'

/** Entry of a thread that generates load. */
export const liveThread = siblingModule(import.meta.url, 'live-thread')
