/** What the library's face exports as functions, one per use case. */
export const useCases = [
  'loadScenario',
  'simulate',
  'rehearse',
  'plan',
  'compare',
  'gate',
  'report',
] as const
