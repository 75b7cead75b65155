import { closeSync, constants, fstatSync, openSync, statSync, type Stats } from 'node:fs'
import { Socket } from 'node:net'

/** Standard input by its names on Linux and macOS. */
const standardInput = /^\/(?:dev\/stdin|dev\/fd\/0|proc\/self\/fd\/0)$/

/**
 * The bytes of a pipe, a FIFO or a socket; `null`: the path is a file. Opening a FIFO waits for nobody,
 * so that a signal ends it: a plain `open` would hold a thread until somebody writes.
 */
export function pipeBytes(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> | null {
  if (standardInput.test(path)) {
    return isPipe(fstatSync(0)) ? new Socket({ fd: 0, writable: false, signal }) : null
  }
  if (!isPipe(statSync(path))) return null
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    return new Socket({ fd, writable: false, signal })
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** Whether a path can be read once only. */
export function isReadOnce(path: string): boolean {
  return isPipe(standardInput.test(path) ? fstatSync(0) : statSync(path))
}

const isPipe = (stats: Stats): boolean => stats.isFIFO() || stats.isSocket()
