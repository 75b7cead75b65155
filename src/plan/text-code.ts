import { z } from 'zod'

/**
 * Free text where a code stands otherwise: what a file of levers says, and the finished sentences of a
 * `plan.json` of schema version 1. It is shown as it is.
 */
export const textCodeSchema = z.object({ code: z.literal('Text'), text: z.string() })

export type TextCode = z.infer<typeof textCodeSchema>

export const textCode = (text: string): TextCode => ({ code: 'Text', text })
