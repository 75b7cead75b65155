import { expect, test } from 'vitest'
import { k6Variables } from './k6-process.ts'

test('k6 gets the variables of its user but those that divert it or change its load', () => {
  const names = ['HTTP_PROXY', 'https_proxy', 'ALL_PROXY', 'No_Proxy', 'ftp_proxy']
  const options = [
    'K6_HOSTS',
    'K6_NO_SETUP',
    'K6_VUS',
    'k6_out',
    'SSLKEYLOGFILE',
    'DAMBREAK_ADDRESS',
  ]
  const given = Object.fromEntries([...names, ...options].map((name) => [name, 'x']))
  const kept = { PATH: '/bin', TOKEN: 'secret', MY_PROXY: 'x', SSL_CERT_FILE: '/ca.pem' }
  const own = { DAMBREAK_TARGET: 'http://127.0.0.1' }
  expect(k6Variables({ ...given, ...kept }, own)).toEqual({ ...kept, ...own })
})
