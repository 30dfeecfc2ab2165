// SPDX-License-Identifier: Apache-2.0
// How WebAdmin's dialog looks at a property's value: RegExp.test, which is not anchored. Reads and
// answers as Matches.java does.
const text = (word) => Buffer.from(word, 'base64').toString('utf8');
for (const line of require('fs').readFileSync(0, 'utf8').split('\n').filter(Boolean)) {
  const [expression, value] = line.split(' ').map(text);
  const start = process.hrtime.bigint();
  const found = new RegExp(expression).test(value);
  console.log(`${found} ${(process.hrtime.bigint() - start) / 1000000n}`);
}
