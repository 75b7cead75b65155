import { engineContract } from '../engine/testing/engine-contract.ts'
import { rehearse } from './testing/rehearse.ts'

engineContract({
  name: 'live',
  perform: async (loaded, options) => (await rehearse(loaded, options)).run,
})
