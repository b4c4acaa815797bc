/** A question as a script for Python 3, with its standard library alone. */
import { isObject } from '../answer/object';
import { bodyOf, endpointOf, type Taken } from './taken';

export function pythonOf(taken: Taken): string {
  const { query, ...others } = bodyOf(taken);
  const rest = Object.entries(others).map(([name, value]) => `    ${JSON.stringify(name)}: ${literal(value, 1)},\n`);
  return `# With a token, add to HEADERS: "Authorization": "Bearer YOUR_TOKEN"
import json
import urllib.request

QUERY = """${longText(String(query))}"""
BODY = {
    "query": QUERY,
${rest.join('')}}
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}

request = urllib.request.Request("${endpointOf(taken)}", json.dumps(BODY).encode(), HEADERS)
with urllib.request.urlopen(request, timeout=60) as response:
    answer = json.load(response)
print(json.dumps(answer, indent=2))
`;
}

const INDENT = '    ';

// Python reads what JSON writes of texts and numbers, but has names of its own for the rest.
function literal(value: unknown, depth: number): string {
  const inner = INDENT.repeat(depth + 1);
  const outer = INDENT.repeat(depth);
  const block = (members: readonly string[], [begin, end]: readonly [string, string]) =>
    members.length === 0 ? begin + end : `${begin}\n${members.map((it) => `${inner}${it},\n`).join('')}${outer}${end}`;
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value))
    return block(
      value.map((item) => literal(item, depth + 1)),
      ['[', ']'],
    );
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)}: ${literal(field, depth + 1)}`);
  return block(fields, ['{', '}']);
}

// A run of quotes, or one at the end, would close the text; a carriage return would become a line feed.
function longText(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replace(/"{2,}|"$/g, (quotes) => '\\"'.repeat(quotes.length))
    .replaceAll('\r', '\\r');
}
