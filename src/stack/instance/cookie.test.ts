import { expect, test } from 'vitest'
import { keyOfCookie } from './cookie.ts'

test.each([
  ['NetFUNNEL_ID=5002:200:key=AB12', 'AB12'],
  ['NetFunnel_ID=5002:200:key=AB12&nwait=0&tps=9', 'AB12'],
  ['a=b; netfunnel_id=5002:200:nwait=0&key=AB12; c=d', 'AB12'],
  ['NetFUNNEL_ID=5002%3A200%3Akey%3DAB12%26nwait%3D0', 'AB12'],
  ['NetFUNNEL_ID="5002:200:key=AB12"', 'AB12'],
  ['NetFUNNEL_ID=5002:200:key=connection_timeout', 'connection_timeout'],
  ['NetFUNNEL_ID=; NetFUNNEL_ID=5002:200:key=AB12', 'AB12'],
])('%s has key %s', (header, key) => {
  expect(keyOfCookie(header)).toBe(key)
})

test.each([
  undefined,
  '',
  'NetFUNNEL_ID',
  'NetFUNNEL_ID=',
  'NetFUNNEL_ID=5002:201:key=AB12',
  'NetFUNNEL_ID=5002:200:key=',
  'NetFUNNEL_ID=5002:200:nokey=AB12',
  'NetFUNNEL_ID=%E0%A4%A:200:key=AB12',
  'XNetFUNNEL_ID=5002:200:key=AB12',
  `NetFUNNEL_ID=5002:200:nwait=${'9'.repeat(5000)}&key=AB12`,
])('%s has none', (header) => {
  expect(keyOfCookie(header)).toBeNull()
})
