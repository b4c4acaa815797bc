/** Case studies: their filter with its search, and their rows as the contract has them. */
import type { CaseStudy, CaseStudyFilter } from './contract.js';
import type { Database } from './database.js';
import { among, type Condition, type List, sharing } from './lists.js';

export const caseStudies: List<CaseStudy, CaseStudyFilter> = {
  kind: 'CaseStudy',
  table: 'case_studies',
  at: 'published_at',
  conditions: (filter) => [
    ...sharing('points', filter.points),
    ...among('council', filter.councils),
    ...holding(filter.search),
  ],
  item: (row) => ({
    id: String(row.id),
    title: String(row.title),
    summary: String(row.summary),
    council: row.council as string | null,
    points: JSON.parse(String(row.points)) as string[],
    url: row.url as string | null,
    publishedAt: Number(row.published_at),
    reviewedOn: row.reviewed_on as string | null,
    synthetic: row.synthetic === 1,
  }),
};

/** All the words, in title or summary. Each is quoted, so that none is taken for an operator of the search language. */
function holding(search: string | null | undefined): Condition[] {
  const words = search?.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  if (words.length === 0) return [];
  const all = words.map((word) => `"${word}"`).join(' AND ');
  return [{ sql: 'id in (select id from case_study_words where case_study_words match ?)', values: [all] }];
}

export function addCaseStudy(database: Database, row: CaseStudy): void {
  database
    .prepare('insert into case_studies values (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      row.id,
      row.title,
      row.summary,
      row.council,
      JSON.stringify(row.points),
      row.url,
      row.publishedAt,
      row.reviewedOn,
      Number(row.synthetic),
    );
  database.prepare('insert into case_study_words values (?, ?, ?)').run(row.id, row.title, row.summary);
}
