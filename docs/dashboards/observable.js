/**
 * A Folkmoot gateway's published figures for notebooks and pages: an ES module without
 * dependencies. Import it from a page, or make each function a cell of a notebook, without the
 * word `export`.
 *
 *   rows = capability({ period: "HALF_YEAR", measure: "UNDERSTANDING", points: ["agile"] })
 *   table = capabilityCsv(d3, { period: "HALF_YEAR", shape: "wide" })
 */
export const gateway = 'https://folkmoot.example.org';

/**
 * The rows of the API, by GET so that browsers keep the answer and ask with its ETag whether it is
 * still right. Numbers are numbers, hidden ones null; instants are made dates.
 */
export async function capability(words, address = gateway) {
  const query = `query (
    $groupBy: GroupBy! = NATIONAL, $period: Period! = LATEST, $fromYear: Int, $toYear: Int
    $standard: String, $points: [PointRef!], $measure: Measure, $panel: Panel! = ALL, $region: RegionRef
  ) {
    capability(
      groupBy: $groupBy, period: $period, fromYear: $fromYear, toYear: $toYear
      standard: $standard, points: $points, measure: $measure, panel: $panel, region: $region
    ) {
      rows {
        periodStart period group groupName pointRef pointLabel measure
        shareAt3OrMore median responded eligible
        marker rounded lowReliability breakBefore breakReason complete asOf
      }
      complete note
    }
  }`;
  const asked = new URLSearchParams({ query, variables: JSON.stringify(words) });
  const response = await fetch(`${address}/graphql?${asked}`);
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map((error) => error.message).join('; '));
  const { rows, complete, note } = data.capability;
  const dated = rows.map((row) => ({
    ...row,
    periodStart: new Date(row.periodStart),
    asOf: new Date(row.asOf),
  }));
  // Show the note beside the chart: it says what is missing.
  return Object.assign(dated, { complete, note });
}

/** The same table as CSV: `d3.autoType` makes numbers, truths and dates, and null of empty cells. */
export async function capabilityCsv(d3, words, address = gateway) {
  const response = await fetch(`${address}/export/capability.csv?${new URLSearchParams(words)}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return d3.csvParse(text, d3.autoType);
}
