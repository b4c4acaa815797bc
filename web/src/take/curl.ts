/** A question as a command for a terminal with curl. */
import { bodyOf, endpointOf, type Taken } from './taken';

export function curlOf(taken: Taken): string {
  // An idle command in quotes and no comment: zsh, as people have it on a Mac, would run a pasted comment.
  return `: 'With a token, add the line: -H "Authorization: Bearer YOUR_TOKEN" \\'
curl '${endpointOf(taken)}' \\
  -H 'Content-Type: application/json' \\
  -H 'Accept: application/json' \\
  --data-binary '${quotable(JSON.stringify(bodyOf(taken), null, 2))}'
`;
}

// Within single quotes a shell takes everything as it is but the single quote itself, which JSON can write without it.
function quotable(json: string): string {
  return json.replaceAll("'", '\\u0027');
}
