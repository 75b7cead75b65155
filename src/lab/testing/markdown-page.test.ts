import { expect, test } from 'vitest'
import { anchorsOf, blocksOf, linksOf } from './markdown-page.ts'

const text = `# How many servers?

See [it](a.md#one) and ![picture](b.png), not \`[code](c.md)\` or [there](https://example.org).

<!-- not run: needs Kubernetes -->
<!-- exit code: 1 -->

\`\`\`sh
# A comment, no heading
kubectl apply
\`\`\`

<!-- not run: of nothing -->

Words between.

\`\`\`text
[no](link.md)
\`\`\`

## Two words, and more
## Two words, and more
`

test('reads blocks with the marks right before them', () => {
  expect(blocksOf(text).map(({ language, line, marks }) => [language, line, [...marks]])).toEqual([
    [
      'sh',
      8,
      [
        ['not run', 'needs Kubernetes'],
        ['exit code', '1'],
      ],
    ],
    ['text', 17, []],
  ])
  expect(blocksOf(text)[0]?.text).toBe('# A comment, no heading\nkubectl apply')
})

test('anchors are those of GitHub', () => {
  const anchors = ['how-many-servers', 'two-words-and-more', 'two-words-and-more-1']
  expect([...anchorsOf(text)]).toEqual(anchors)
})

test('links are those of the prose, within the repository', () => {
  expect(linksOf(text)).toEqual(['a.md#one', 'b.png'])
})
