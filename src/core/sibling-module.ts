/** True where this package runs from its TypeScript sources, false where it was built. */
const isRunFromSource = import.meta.url.endsWith('.ts')

/**
 * URL of a module beside the caller, in the form in which this package runs: `name.ts` from source,
 * `name.js` once built. For entries of threads and processes, which are started by URL.
 *
 *     siblingModule(import.meta.url, 'sim-thread')
 */
export function siblingModule(callerUrl: string, name: string): URL {
  return new URL(`./${name}.${isRunFromSource ? 'ts' : 'js'}`, callerUrl)
}
