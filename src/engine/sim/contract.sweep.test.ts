import { engineContract } from '../testing/engine-contract.ts'
import { timeless } from '../testing/timeless.ts'
import { runSimulation } from './run.ts'

engineContract({
  name: 'sim',
  perform: (loaded, options) =>
    runSimulation(loaded, { population: 1, speed: 1, ...options }, timeless),
})
