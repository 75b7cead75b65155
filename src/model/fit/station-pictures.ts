import type { Scenario } from '../../scenario/schema.ts'
import type { FitPicture } from './estimate.ts'
import type { SimulatedFit } from './simulated-fit.ts'
import type { SteppedRun } from './stepped-run.ts'

export function stationPictures(
  _stepped: readonly SteppedRun[],
  _fit: SimulatedFit,
  _structure: Scenario,
): FitPicture[] {
  return []
}
