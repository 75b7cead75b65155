import { describe, expect, test } from 'vitest'
import { canonicalAddress, isLoopback } from './ip-address.ts'
import { divertingAmong, readTarget } from './target.ts'

const read = (target: string, address = '') => readTarget({ target, address })

describe('the address that is dialled', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.255.255.254', '127.255.255.254', true],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['0:0:0:0:0:0:0:1', '0:0:0:0:0:0:0:1', true],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['::FFFF:7f00:1', '127.0.0.1', true],
    ['::ffff:192.0.2.7', '192.0.2.7', false],
    ['::127.0.0.1', '0:0:0:0:0:0:7f00:1', false],
    ['64:ff9b::127.0.0.1', '64:ff9b:0:0:0:0:7f00:1', false],
    ['2001:DB8::7', '2001:db8:0:0:0:0:0:7', false],
    ['128.0.0.1', '128.0.0.1', false],
  ])('%s is %s', (text, canonical, loopback) => {
    expect(canonicalAddress(text)).toBe(canonical)
    expect(isLoopback(canonical)).toBe(loopback)
  })

  test.each([
    '127.999.0.1',
    '127.1',
    '127.0.0.01',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '127.0.0.1.',
    '::1%lo',
    'fe80::1%eth0',
    '1::2::3',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '::1.2.3',
    '::12345',
    'localhost',
    '',
  ])('%s is no address', (text) => expect(canonicalAddress(text)).toBeNull())
})

describe('the target of the script', () => {
  test.each([
    ['http://127.0.0.1:8080/base/', '', { address: '127.0.0.1', port: 8080, hosts: {} }],
    ['http://[::1]', '::1', { address: '0:0:0:0:0:0:0:1', port: 80, hosts: {} }],
    ['http://localhost:1', '', { address: '127.0.0.1', hosts: { localhost: '127.0.0.1' } }],
    ['http://LOCALHOST', '127.0.0.2', { address: '127.0.0.2', hosts: { localhost: '127.0.0.2' } }],
    ['https://two.example', '127.0.0.1', { port: 443, hosts: { 'two.example': '127.0.0.1' } }],
    ['http://dot.example.', '::1', { hosts: { 'dot.example.': '::1' } }],
  ])('%s at "%s" is this machine', (target, address, expected) => {
    expect(read(target, address)).toMatchObject({ ...expected, isLoopback: true })
  })

  test.each([
    ['http://localhost:8080', '192.0.2.7'],
    ['http://127.example', '192.0.2.7'],
    ['http://192.0.2.7', ''],
    ['http://[2001:db8::7]', ''],
    ['http://[::ffff:192.0.2.7]', ''],
    ['http://shop.example', '2001:db8::7'],
  ])('%s at "%s" is not, and must agree', (target, address) => {
    expect(read(target, address).isLoopback).toBe(false)
  })

  test.each([
    ['http://127.0.0.1', '192.0.2.7', 'is another address'],
    ['http://192.0.2.7', '127.0.0.1', 'is another address'],
    ['http://127.0.0.1.', '192.0.2.7', 'neither an IP address'],
    ['http://127.999.0.1', '', 'neither an IP address'],
    ['http://127.999.0.1', '192.0.2.7', 'neither an IP address'],
    ['http://127.1', '', 'neither an IP address'],
    ['http://0x7f.0.0.1', '', 'neither an IP address'],
    ['http://0x7f000001', '', 'neither an IP address'],
    ['http://2130706433', '', 'neither an IP address'],
    ['http://shop.0177', '192.0.2.7', 'neither an IP address'],
    ['http://[::1::2]', '', 'neither an IP address'],
    ['http://[::1%25lo]', '', 'must be an address'],
    ['http://user@127.0.0.1', '', 'must be an address'],
    ['http://shop.example', '', 'is not pinned to an address'],
    ['http://two.example', '127.0.0.1,192.0.2.7', 'must be one IP address'],
    ['http://two.example', '127.0.0.1:81', 'must be one IP address'],
    ['http://two.example', 'other.example', 'must be one IP address'],
    ['http://0.0.0.0', '', 'any address'],
    ['http://[::]', '', 'any address'],
    ['http://x.example', '::ffff:0.0.0.0', 'any address'],
    ['', '', 'no target'],
  ])('%s at "%s" is refused: %s', (target, address, why) => {
    expect(() => read(target, address)).toThrow(why)
  })
})

test('variables that lead k6 elsewhere are named, empty ones and others are not', () => {
  const names = ['HTTP_PROXY', 'https_proxy', 'All_Proxy', 'K6_HOSTS', 'K6_NO_SETUP']
  const given = Object.fromEntries(names.map((name) => [name, 'x']))
  expect(divertingAmong({ ...given, http_proxy: '', NO_PROXY: '*', MY_PROXY: 'x' })).toEqual(names)
})
