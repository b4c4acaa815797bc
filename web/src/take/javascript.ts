/** A question as a module of JavaScript, for browsers and Node.js. */
import { bodyOf, endpointOf, type Taken } from './taken';

export function javascriptOf(taken: Taken): string {
  const { query, variables, ...others } = bodyOf(taken);
  const names = ['query', 'variables', ...Object.keys(others)].join(', ');
  const rest = Object.entries(others).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};\n`);
  return `// With a token, add to the headers: authorization: 'Bearer YOUR_TOKEN'
const query = \`${template(String(query))}\`;
const variables = ${JSON.stringify(variables, null, 2)};
${rest.join('')}
const response = await fetch('${endpointOf(taken)}', {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify({ ${names} }),
});
const answer = await response.json();
console.log(JSON.stringify(answer, null, 2));
`;
}

// Within a template a carriage return would become a line feed.
function template(text: string): string {
  return text.replace(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\r', '\\r');
}
