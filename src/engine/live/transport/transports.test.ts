import { connectionContract } from './testing/connection-contract.ts'
import { transportContract } from './testing/transport-contract.ts'
import { createUndiciTransport } from './undici.ts'
import { createWireTransport } from './wire/wire.ts'

transportContract('wire', createWireTransport)
transportContract('undici', createUndiciTransport)
connectionContract('wire', createWireTransport)
connectionContract('undici', createUndiciTransport)
