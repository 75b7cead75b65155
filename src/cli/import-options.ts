import type { OutputOptions, ScenarioOptions } from './options.ts'

/** What `import` takes, whatever it imports. */
export interface ImportOptions extends ScenarioOptions, OutputOptions {
  from: 'k6' | 'access-log'
  scenario?: string
  entry?: string
  gate?: true
}
