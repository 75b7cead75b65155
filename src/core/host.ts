/**
 * This process and the machine under it: the one file below `cli/` that reads `process`. Whoever needs
 * such a value takes it as an argument; this file gives the default.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import { nsToMs, secToMs, usToMs } from './units.ts'

/** What a record keeps of the machine. */
export type HostFacts = {
  readonly platform: string
  readonly arch: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Version of this package. */
export const version = packageVersion()

/** Versions that a record keeps. */
export const versions = { dambreak: version, node: process.versions.node } as const

export function hostFacts(): HostFacts {
  return {
    platform: platform(),
    arch: arch(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
  }
}

/** Seeds for hash tables that hold names from outside; they must not change a result. */
export const randomSeeds: readonly [number, number] = [randomInt(2 ** 32), randomInt(2 ** 32)]

/** One thread per core that this process may use. */
export const defaultThreads = (): number => availableParallelism()

/** CPU time of this thread, ms; of the process on a Node that does not tell them apart. */
export function threadCpuMs(): number {
  const usage =
    typeof process.threadCpuUsage === 'function' ? process.threadCpuUsage() : process.cpuUsage()
  return usToMs(usage.user + usage.system)
}

/**
 * Milliseconds of a clock that never steps back and is one for all threads of this process, which
 * `systemClock.monotonicMs` is not.
 */
export function processMs(): number {
  const [sec, ns] = process.hrtime()
  return secToMs(sec) + nsToMs(ns)
}

/** CPU time of all threads of this process, ms. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return usToMs(user + system)
}

/**
 * Resident memory, bytes. It is read from a file: a process that is out of file descriptors gets its
 * peak instead.
 */
export function rssBytes(): number {
  try {
    return process.memoryUsage.rss()
  } catch {
    return process.resourceUsage().maxRSS * 1024
  }
}

/** Id of this process. */
export const ownPid: number = process.pid

/** Sends signal 0: throws with code `ESRCH` where there is no such process. */
export function probeProcess(pid: number): void {
  process.kill(pid, 0)
}

/** A name that no other process and no other call gives. */
export function uniqueName(): string {
  return randomUUID()
}

/** Variables of the environment, as they are now. */
export function environmentVariables(): Readonly<Record<string, string | undefined>> {
  return { ...process.env }
}
