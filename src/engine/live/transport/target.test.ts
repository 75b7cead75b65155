import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../../../core/errors.ts'
import { isLoopbackAddress, resolveTarget, type Lookup } from './target.ts'
import type { Target } from '../../client/transport.ts'

const names: Readonly<Record<string, readonly string[]>> = {
  localhost: ['::1', '127.0.0.1'],
  'shop.example': ['192.0.2.7', '2001:db8::7'],
  'six.example': ['2001:db8::7'],
  'rebound.example': ['127.0.0.1'],
  'mixed.example': ['127.0.0.1', '192.0.2.7'],
  'odd.example': ['what'],
  'none.example': [],
}
const lookup: Lookup = (name) => {
  const addresses = names[name]
  if (addresses !== undefined) return Promise.resolve(addresses)
  return Promise.reject(Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' }))
}
const resolve = (url: string) => resolveTarget(url, { lookup })

async function failure(url: string): Promise<DambreakError> {
  const error: unknown = await resolve(url).then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(DambreakError)
  return error as DambreakError
}

describe('resolveTarget', () => {
  test('a name with its port and its path', async () => {
    expect(await resolve('http://Shop.example:8080/base/')).toEqual({
      protocol: 'http:',
      host: 'shop.example:8080',
      serverName: 'shop.example',
      address: '192.0.2.7',
      port: 8080,
      basePath: '/base',
      isLoopback: false,
    })
  })

  test.each([
    ['http://shop.example', { port: 80, host: 'shop.example', basePath: '' }],
    ['https://shop.example/', { port: 443, protocol: 'https:', basePath: '' }],
    ['https://shop.example:443/a/b', { port: 443, host: 'shop.example', basePath: '/a/b' }],
    ['http://shop.example/a/../b', { basePath: '/b' }],
    ['http://shop.example/예약', { basePath: '/%EC%98%88%EC%95%BD' }],
    ['http://six.example', { address: '2001:db8::7', isLoopback: false }],
    ['http://[::1]:9/', { host: '[::1]:9', serverName: '::1', address: '::1', isLoopback: true }],
    ['http://[2001:db8::1]/', { serverName: '2001:db8::1', isLoopback: false }],
    ['http://[::ffff:127.0.0.1]/', { isLoopback: true }],
    ['http://127.255.0.1', { address: '127.255.0.1', isLoopback: true }],
    ['http://0x7f.1', { address: '127.0.0.1', host: '127.0.0.1', isLoopback: true }],
    ['http://128.0.0.1', { isLoopback: false }],
    ['http://localhost:80', { address: '127.0.0.1', isLoopback: true, host: 'localhost' }],
  ])('%s', async (url, parts) => {
    expect(await resolve(url)).toMatchObject(parts)
  })

  test('a dot at the end of a name stays in Host and not in the name for TLS', async () => {
    const one: Lookup = (name) => Promise.resolve(name === 'a.example' ? ['192.0.2.1'] : [])
    expect(await resolveTarget('https://a.example./', { lookup: one })).toMatchObject({
      host: 'a.example.',
      serverName: 'a.example',
    })
  })

  test('only addresses make loopback, and all of them must be it', async () => {
    expect((await resolve('http://rebound.example')).isLoopback).toBe(true)
    expect((await resolve('http://mixed.example')).isLoopback).toBe(false)
    const liar: Lookup = () => Promise.resolve(['192.0.2.1'])
    expect(await resolveTarget('http://localhost', { lookup: liar })).toMatchObject({
      isLoopback: false,
      address: '192.0.2.1',
    })
  })

  test.each([
    'shop.example',
    'ftp://shop.example',
    'file:///etc/passwd',
    'http:shop.example',
    'http:/shop.example',
    'http:///shop.example',
    'http://',
    '',
    ' http://shop.example',
    'http://shop.example\n',
    'http://shop.example/a b',
    'http://shop\\.example',
    'http://shop.example\\@other.example',
    'http://shop.example:0',
    'http://shop.example:99999',
    'http://shop.example/?',
    'http://shop.example/?a=b',
    'http://shop.example/#',
    'http://shop.example//other.example/x',
    'http://shop.example//',
    'http://@shop.example',
    'http://kim:swordfish@shop.example',
    'http://0.0.0.0:8080',
    'http://[::]',
  ])('refuses %j, and repeats nothing of it', async (url) => {
    const error = await failure(url)
    expect(error.kind).toBe('usage')
    expect(error.message).toMatch(/^the target /)
    expect(error.message).not.toMatch(/swordfish|shop|passwd/)
  })

  test('tells a name that leads nowhere', async () => {
    expect(await failure('http://lost.example')).toMatchObject({
      kind: 'engine',
      message: 'the name lost.example does not resolve to an address (ENOTFOUND)',
    })
    for (const name of ['odd.example', 'none.example']) {
      expect(await failure(`http://${name}`)).toMatchObject({
        kind: 'engine',
        message: `the name ${name} does not resolve to an address`,
      })
    }
  })

  test('of any text: a target with an address, or a DambreakError', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string().map((rest) => `http://127.0.0.1${rest}`),
    )
    await fc.assert(
      fc.asyncProperty(text, async (url) => {
        const some: Lookup = () => Promise.resolve(['192.0.2.1'])
        const result: unknown = await resolveTarget(url, { lookup: some }).catch((e: unknown) => e)
        if (result instanceof DambreakError) return
        const { basePath, host } = result as Target
        expect(basePath).not.toMatch(/[\s?#\p{Cc}]|\/$/u)
        expect(host).not.toMatch(/[\s@/\p{Cc}]/u)
      }),
    )
  })
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['10.0.0.1', false],
  ['::', false],
  ['::2', false],
  ['0.0.0.0', false],
  ['localhost', false],
  ['127.example.com', false],
])('%s is loopback: %s', (address, is) => {
  expect(isLoopbackAddress(address)).toBe(is)
})
