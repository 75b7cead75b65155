/** What the library's face exports as functions, one per use case. */
export const useCases = [
  'loadScenario',
  'simulate',
  'rehearse',
  'importRun',
  'fit',
  'plan',
  'compare',
  'gate',
  'report',
] as const
