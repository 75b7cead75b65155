/** The data that an estimate comes from: inputs by name, and how many of what they hold. */
export type DataSource =
  /** Requests of a log that draw a ticket: the first of each client, or those to the entry. */
  | { readonly code: 'FirstContacts'; readonly inputs: readonly string[]; readonly count: number }
  /** All requests of a log; `hasClients`: false where nothing tells its clients apart. */
  | {
      readonly code: 'Requests'
      readonly inputs: readonly string[]
      readonly count: number
      readonly hasClients: boolean
    }
  | { readonly code: 'Tickets'; readonly inputs: readonly string[]; readonly count: number }
  | { readonly code: 'Waits'; readonly inputs: readonly string[]; readonly count: number }
  | { readonly code: 'Runs'; readonly inputs: readonly string[] }
  /** Screens of a waiting room, from `--screen` or a CSV. */
  | { readonly code: 'Screens'; readonly count: number }
  /** Requests of rehearsals in steps of load. */
  | { readonly code: 'SteppedRuns'; readonly runs: number; readonly count: number }
