import { readFileSync } from 'node:fs'
import { validateXML } from 'xmllint-wasm'

const schema = readFileSync(new URL('../../../fixtures/junit.xsd', import.meta.url), 'utf8')

/** What xmllint has against a JUnit report; nothing where CI servers will take it. */
export async function junitFaults(xml: string): Promise<string[]> {
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [{ fileName: 'junit.xsd', contents: schema }],
  })
  return errors.map(({ message }) => message)
}
