import { engineContract } from '../engine/testing/engine-contract.ts'
import { rehearse } from './testing/rehearse.ts'

engineContract({
  name: 'live',
  // An event loop that sleeps a little longer than the real one: most of the time nothing is due.
  perform: async (loaded, options) => (await rehearse(loaded, { turnMs: 4, ...options })).run,
})
