import { describe, expect, test } from 'vitest'
import { faultText } from '../../core/errors.ts'
import { parseScenario } from './parse.ts'
import { editedDocument, smallDocument } from '../testing/small-document.ts'
import { holdInstances, variantDocument } from './variants.ts'

function variantOf(document: Record<string, unknown>, name: string): Record<string, unknown> {
  const result = variantDocument(document, name)
  if (!result.ok) throw new Error(result.faults.map(faultText).join('\n'))
  return result.document
}

describe('a variant', () => {
  test('is the document with its fields set and its events dropped', () => {
    const document = variantOf(smallDocument(), 'ten')
    expect(document['stack']).toMatchObject({ instances: 10 })
    expect(document['timeline']).toEqual([
      { at: '20:48', kind: 'halt', tickets: 'void' },
      { at: '22:00', kind: 'resume' },
    ])
    expect('variants' in document).toBe(false)
    expect(parseScenario(document).ok).toBe(true)
  })

  test('drops one event by its time, however that is written', () => {
    for (const at of ['20:48', '20:48:00', '2021-07-19T11:48:00Z']) {
      const document = editedDocument({
        'variants[0].dropEvents': [`halt@${at}`, 'resume@22:00'],
      })
      expect(variantOf(document, 'ten')['timeline']).toEqual([
        { at: '22:00', kind: 'instances', count: 10 },
      ])
    }
  })

  test('called base is the document itself', () => {
    const document = smallDocument()
    expect(variantOf(document, 'base')).toBe(document)
  })

  test('that there is not names those that there are', () => {
    const result = variantDocument(smallDocument(), 'tne')
    expect(result.ok ? [] : result.faults.map(faultText)).toEqual([
      'no variant named "tne"; did you mean ten?',
    ])
    const far = variantDocument(smallDocument(), 'eleven-servers')
    expect(far.ok ? [] : far.faults.map(faultText)).toEqual([
      'no variant named "eleven-servers"; must be one of base, ten',
    ])
  })

  test('leaves the document that was given as it is', () => {
    const document = smallDocument()
    variantOf(document, 'ten')
    expect(document).toEqual(smallDocument())
  })
})

describe('holding the instances', () => {
  test('sets their number and drops scale-outs, halts and resumes', () => {
    const document = editedDocument({
      'timeline[3]': { at: '22:30', kind: 'supply', add: 5 },
    })
    const held = holdInstances(document, 6)
    expect(held['stack']).toMatchObject({ instances: 6, stations: smallDocument().stack.stations })
    expect(held['timeline']).toEqual([{ at: '22:30', kind: 'supply', add: 5 }])
    expect('variants' in held).toBe(false)
    expect(parseScenario(held).ok).toBe(true)
    expect(document['timeline']).toHaveLength(4)
  })

  test('of no whole number is our own mistake', () => {
    expect(() => holdInstances(smallDocument(), 0)).toThrow('dambreak bug')
  })
})
