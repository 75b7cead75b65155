import { fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { fileURLToPath } from 'node:url'
import { siblingModule } from '../core/sibling-module.ts'
import { nodeFlagsFor } from '../core/start-thread.ts'
import type { Spawn } from '../stack/control/member.ts'
import type { FromChild } from '../stack/control/messages.ts'

const entry = siblingModule(import.meta.url, 'stack-child')

/** Starts processes of the stack that end when this one does. `seed` is that of their chance. */
export function spawnChildren(seed: number): Spawn {
  return (role, { onMessage, onExit }) => {
    const child = fork(fileURLToPath(entry), [String(seed), role], {
      serialization: 'advanced',
      env: { ...process.env, NODE_COMPILE_CACHE: getCompileCacheDir() },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: nodeFlagsFor(entry),
    })
    let isOver = false
    const over = (how: string) => {
      if (!isOver) onExit(how)
      isOver = true
    }
    child.on('message', (message) => onMessage(message as FromChild))
    child.once('error', (error) => {
      // Also told where a message could not be sent: only without a process is there no `exit`.
      if (child.pid === undefined) over(error.message)
    })
    child.on('error', () => undefined)
    child.once('exit', (code, signal) => over(signal ?? `exit code ${code}`))
    return {
      pid: child.pid,
      send: (message) => {
        if (child.connected) child.send(message, () => undefined)
      },
      kill: (signal) => void child.kill(signal),
    }
  }
}
