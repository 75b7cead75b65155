import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { Answer } from '../../workload/behaviour.ts'
import { linkPath } from './links.ts'
import { caller, callsOf, nothingKept, replyOf } from './testing/calls.ts'

const origin = 'http://127.0.0.1:8080'
const base = {
  path: '/base/list?page=1',
  target: { protocol: 'http:', host: '127.0.0.1:8080' },
  isBytes: false,
}

describe('where a link leads', () => {
  test.each([
    [`${origin}/b/2`, '/b/2'],
    ['HTTP://127.0.0.1:8080/b', '/b'],
    ['/b/2?x=1&y=%2F#top', '/b/2?x=1&y=%2F'],
    ['/a%2Fb/%EC%A2%8C', '/a%2Fb/%EC%A2%8C'],
    ['/좌 석', '/%EC%A2%8C%20%EC%84%9D'],
    ['detail?id=1', '/base/detail?id=1'],
    ['../up', '/up'],
    ['?page=2', '/base/list?page=2'],
    ['//127.0.0.1:8080/x', '/x'],
    ['', '/base/list?page=1'],
  ])('%j leads to %s', (link, path) => {
    expect(linkPath(link, base)).toBe(path)
  })

  test.each([
    'http://other.example/b',
    '//other.example/b',
    String.raw`\\other.example\b`,
    String.raw`/\other.example/b`,
    'https://127.0.0.1:8080/b',
    'http://127.0.0.1:8081/b',
    'http://127.0.0.1:8080@other.example/',
    'javascript:alert(1)',
    'mailto:a@b.example',
    'http://[::1',
  ])('%j leads elsewhere', (link) => {
    expect(linkPath(link, base)).toBeNull()
  })

  test('a header is bytes', () => {
    expect(linkPath('/\u00ec\u00a2\u008c', { ...base, isBytes: true })).toBe('/%EC%A2%8C')
  })
})

describe('a path made of a link', () => {
  const extract = { next: '$.next' }
  const from = (path: string, value: string, first = '/base/list') => {
    const target = {
      protocol: 'http:',
      host: '127.0.0.1:8080',
      basePath: '/app',
      isLoopback: true,
    }
    const steps = [
      { request: { path: first, extract }, expect: { status: 200 } },
      { request: { path } },
    ]
    const calls = callsOf(steps, { target })
    const kept = nothingKept()
    const body = JSON.stringify({ next: value })
    const { answer, fault, faultOf } = calls.read(0, replyOf({ body }), kept, 0, caller)
    if (answer !== Answer.ok) return { answer, fault, faultOf }
    return calls.outgoing(1, caller, kept).path
  }

  test.each([
    ['${next}', '/b/2', '/b/2'],
    ['${next}', `${origin}/b/2?x=%2F`, '/b/2?x=%2F'],
    ['${next}', 'detail?id=1', '/app/base/detail?id=1'],
    ['${next}', '/a%2Fb', '/a%2Fb'],
    ['/${next}', '/b/2', '/b/2'],
    ['/${next}', `${origin}/b/2`, '/b/2'],
    ['/${next}', 'a b', '/app/a%20b'],
    ['/${next}', 'a/b', '/app/a%2Fb'],
    ['${next}&seat=${ticket}', '/b?x=1', '/b?x=1&seat=5'],
    ['${next}/confirm', '/b/2', '/b/2/confirm'],
    ['/b/${next}', '/2', '/app/b/%2F2'],
  ])('%s of %j', (path, value, sent) => {
    expect(from(path, value)).toBe(sent)
  })

  test.each([
    ['${next}', 'http://other.example/b'],
    ['/${next}', '//other.example/b'],
    ['/${next}', 'https://127.0.0.1:8080/b'],
  ])('%s of %j is refused', (path, value) => {
    expect(from(path, value)).toEqual({
      answer: Outcome.malformed,
      fault: 'LinkElsewhere',
      faultOf: 'next',
    })
  })

  test('is relative to the page that a redirect led to', () => {
    const steps = [
      { request: { path: '/a', extract }, expect: { status: 200 } },
      { request: { path: '${next}' } },
    ]
    const calls = callsOf(steps)
    const kept = nothingKept()
    const moved = replyOf({ status: 302, head: 'Location: /deep/er/page\r\n' })
    expect(calls.read(0, moved, kept, 0, caller).next?.path).toBe('/deep/er/page')
    calls.read(0, replyOf({ body: '{"next":"b"}' }), kept, 1, caller)
    expect(calls.outgoing(1, caller, kept).path).toBe('/deep/er/b')
  })

  test('takes a booking back as well', () => {
    const scenario = { undo: { request: { method: 'DELETE', path: '${next}' } } }
    const steps = [{ request: { path: '/a', extract }, expect: { status: 200 } }]
    const kept = nothingKept()
    callsOf(steps, { scenario }).read(0, replyOf({ body: '{"next":"/b/7"}' }), kept, 0, caller)
    expect(kept.values['→next']).toBe('/b/7')
  })
})
