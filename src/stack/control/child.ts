import type { ChildStart, ControlMessage } from '../contract.ts'
import type { FromChild, Question, ToChild } from './messages.ts'

/** What a process of the stack does, whatever its role. */
export interface Part {
  readonly port: number
  control(message: ControlMessage): void | Promise<void>
  answer(question: Question): unknown
  /** Takes nothing new, finishes what it has. */
  close(): void | Promise<void>
}

export interface ChildOptions {
  readonly serve: (start: ChildStart) => Promise<Part>
  readonly send: (message: FromChild) => void
  /** Ends the process. */
  readonly end: () => void
  /** One line for people: what went wrong with a message that nobody waits for. */
  readonly tell: (line: string) => void
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * The child's side of the channel: gives a function that takes what the supervisor sends. Messages
 * are dealt with in their order, so that what was told before a process was ready holds from its
 * first request on. One that fails is told of and keeps none after it from being heard.
 */
export function childSide({ serve, send, end, tell }: ChildOptions): (message: ToChild) => void {
  let part: Part | null = null
  let before: Promise<void> = Promise.resolve()
  const begin = async (start: ChildStart): Promise<void> => {
    try {
      part = await serve(start)
    } catch (error) {
      send({ kind: 'failed', message: wordsOf(error) })
      return
    }
    const { port } = part
    // After the messages that came with the start.
    before = before.then(() => send({ kind: 'ready', port }))
  }
  const answer = async (id: number, question: Question): Promise<void> => {
    try {
      if (part === null) throw new Error('not ready yet')
      send({ kind: 'answer', id, value: await part.answer(question) })
    } catch (error) {
      send({ kind: 'unanswered', id, message: wordsOf(error) })
    }
  }
  const handle = async (message: ToChild): Promise<void> => {
    switch (message.kind) {
      case 'start':
        return begin(message.start)
      case 'control':
        return part?.control(message.message)
      case 'ask':
        // An answer that is long in coming keeps no order from being heard.
        void answer(message.id, message.question)
        return
      case 'stop':
        try {
          await part?.close()
        } finally {
          end()
        }
    }
  }
  return (message) => {
    before = before
      .then(() => handle(message))
      .catch((error: unknown) => tell(`'${message.kind}' failed: ${wordsOf(error)}`))
  }
}
