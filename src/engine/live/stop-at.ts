/** What the integer says that a crew shares with its threads: go on, end the run, end the clean-up too. */
export const StopAt = { nowhere: 0, run: 1, cleanUp: 2 } as const
