/** Where the script sends. */
export interface ScriptTarget {
  readonly protocol: string
  /** With its port, if one is given. */
  readonly host: string
  readonly name: string
  readonly origin: string
  readonly basePath: string
  readonly isLoopback: boolean
}

/**
 * Reads `DAMBREAK_TARGET`. Loopback is what is written as such: a name is not looked up here.
 * @throws Error for whoever started k6
 */
export function readTarget(text: string): ScriptTarget {
  if (text === '') {
    throw new Error(
      'no target: k6 run -e DAMBREAK_TARGET=http://127.0.0.1:8080 surge.js (where to send the load)',
    )
  }
  const found = /^(https?:)\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(\/[^?#\s\\]*)?$/i.exec(text)
  const [, protocol = '', name = '', port = '', path = ''] = found ?? []
  if (found === null || path.includes('//')) {
    throw new Error(
      'DAMBREAK_TARGET must be an address such as http://127.0.0.1:8080 or https://example.com',
    )
  }
  const host = (name + port).toLowerCase()
  const scheme = protocol.toLowerCase()
  return {
    protocol: scheme,
    host,
    name: name.toLowerCase(),
    origin: `${scheme}//${host}`,
    basePath: path.replace(/\/$/, ''),
    isLoopback: /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/i.test(name),
  }
}
