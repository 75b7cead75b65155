import { Worker } from 'node:worker_threads'

/** Flags of Node for a module: it need not say that it strips types. Never those of the parent. */
export function nodeFlagsFor(entry: URL): string[] {
  return entry.pathname.endsWith('.ts') ? ['--disable-warning=ExperimentalWarning'] : []
}

/** Starts a thread with the module at `entry`, which finds `stop` in its `workerData`. */
export function startThread(entry: URL, stop: Int32Array): Worker {
  return new Worker(entry, { workerData: { stop }, execArgv: nodeFlagsFor(entry) })
}
