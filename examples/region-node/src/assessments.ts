/** Service assessments: public ones alone, their filter, and their rows as the contract has them. */
import type {
  AssessmentKind,
  PointOutcome,
  Seat,
  ServiceAssessment,
  ServiceAssessmentFilter,
  Stage,
} from './contract.js';
import type { Database } from './database.js';
import { among, type List } from './lists.js';
import { londonInstant } from './time.js';

export const assessments: List<ServiceAssessment, ServiceAssessmentFilter> = {
  kind: 'ServiceAssessment',
  table: 'assessments',
  at: 'held_at',
  // Of the others nothing is given: no row, no count, no answer to a look-up by id.
  visible: 'is_public',
  conditions: (filter) => [...among('council', filter.councils), ...among('stage', filter.stages)],
  item: (row) => ({
    id: String(row.id),
    council: String(row.council),
    service: String(row.service),
    standard: String(row.standard),
    stage: row.stage as Stage,
    kind: row.kind as AssessmentKind,
    heldOn: String(row.held_on),
    scheme: String(row.scheme),
    result: String(row.result),
    panel: JSON.parse(String(row.panel)) as Seat[],
    points: JSON.parse(String(row.points)) as PointOutcome[],
    previous: row.previous as string | null,
    synthetic: row.synthetic === 1,
  }),
};

export function addAssessment(database: Database, row: ServiceAssessment, isPublic: boolean): void {
  database
    .prepare('insert into assessments values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(
      row.id,
      row.council,
      row.service,
      row.standard,
      row.stage,
      row.kind,
      row.heldOn,
      londonInstant(row.heldOn, 0),
      row.scheme,
      row.result,
      JSON.stringify(row.panel),
      JSON.stringify(row.points),
      row.previous,
      Number(isPublic),
      Number(row.synthetic),
    );
}
