/** A machine on which time stands still: its simulations hold nothing of this one. */
export const timeless = {
  clock: { epochMs: () => 0, monotonicMs: () => 0 },
  versions: {},
  host: {},
  rssBytes: () => 0,
  cpuMs: () => 0,
}
