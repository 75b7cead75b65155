import { describe, expect, test } from 'vitest'
import { fieldsOfBody, fieldsOfQuery } from './fields.ts'

const body = (fields: Record<string, unknown>) =>
  fieldsOfBody(JSON.stringify({ person: 'p-1', birthYear: 1967, ...fields }))
const person = { id: 'p-1', birthYear: 1967 }

describe('the body of a step', () => {
  test('says who it is and what they would have', () => {
    expect(body({ place: '서울', date: '2021-08-02' })).toEqual({
      person,
      choice: { place: '서울', date: '2021-08-02' },
    })
  })

  test.each([{}, { place: '', date: '' }, { place: null, date: null }, { more: 1 }])(
    'may leave the choice open: %j',
    (fields) => {
      expect(body(fields)).toEqual({ person, choice: null })
    },
  )

  test.each([
    [{ person: '' }, 'person must be'],
    [{ person: 'a b' }, 'person must be'],
    [{ person: 'x'.repeat(65) }, 'person must be'],
    [{ person: 7 }, 'person must be'],
    [{ birthYear: '1967' }, 'birthYear must be'],
    [{ birthYear: 1967.5 }, 'birthYear must be'],
    [{ birthYear: 1849 }, 'birthYear must be'],
    [{ birthYear: null }, 'birthYear must be'],
    [{ place: 'a' }, 'place and date go together'],
    [{ place: 5, date: 'b' }, 'place and date must be texts'],
    [{ place: 'a\u0000', date: 'b' }, 'place and date must be texts'],
    [{ place: '\ud800', date: 'b' }, 'place and date must be texts'],
    [{ place: 'a', date: 'b'.repeat(201) }, 'place and date must be texts'],
  ])('%j gives a message', (fields, words) => {
    expect(body(fields)).toContain(words)
  })

  test.each(['', '{', 'null', '[]', '"person"'])('%j is no object', (text) => {
    expect(fieldsOfBody(text)).toMatch(/^the body must be/)
  })
})

test('a step without a body has its fields in the query', () => {
  expect(fieldsOfQuery('person=p-1&birthYear=1967&place=a&date=b')).toEqual({
    person,
    choice: { place: 'a', date: 'b' },
  })
  expect(fieldsOfQuery('person=p-1')).toContain('birthYear must be')
})
