/**
 * The contract's rows and requests as this service holds them: instants are seconds since 1970, days and the rest are
 * text. `contract/region.graphql` says what each member means.
 */

export type Instant = number;
export type Direction = 'ASCENDING' | 'DESCENDING';
export type Attendance = 'IN_PERSON' | 'ONLINE' | 'HYBRID';
export type MeetupStatus = 'PLANNED' | 'INVITED' | 'CONFIRMED' | 'CANCELLED' | 'HELD';
export type OfferKind = 'ADVISE' | 'SPEAK' | 'HOST' | 'ASSESS' | 'SHARE_CODE';
export type Stage = 'DISCOVERY' | 'ALPHA' | 'BETA' | 'LIVE';
export type AssessmentKind = 'ASSESSMENT' | 'REASSESSMENT';
export type PanelRole = 'LEAD' | 'USER_RESEARCHER' | 'DESIGNER' | 'TECHNOLOGIST' | 'ANALYST' | 'OBSERVER';
export type Kind = 'Meetup' | 'CaseStudy' | 'Offer' | 'ServiceAssessment';

export interface Key {
  at: Instant;
  id: string;
}

export interface PageRequest<Filter> {
  filter?: Filter | null;
  direction: Direction;
  after?: Key | null;
  until?: Key | null;
  first: number;
  count: boolean;
}

export interface Page<Row> {
  rows: Row[];
  hasMore: boolean;
  count: number | null;
}

export interface MeetupFilter {
  groups?: string[] | null;
  hosts?: string[] | null;
  points?: string[] | null;
  startsFrom?: Instant | null;
  startsBefore?: Instant | null;
  endsAfter?: Instant | null;
  endsBy?: Instant | null;
  attendance?: Attendance | null;
  statuses?: MeetupStatus[] | null;
}

export interface CaseStudyFilter {
  points?: string[] | null;
  councils?: string[] | null;
  search?: string | null;
}

export interface OfferFilter {
  points?: string[] | null;
  kinds?: OfferKind[] | null;
  councils?: string[] | null;
  remote?: boolean | null;
}

export interface ServiceAssessmentFilter {
  councils?: string[] | null;
  stages?: Stage[] | null;
}

export interface Venue {
  name: string;
  address?: string;
  stepFree?: boolean;
  hearingLoop?: boolean;
  quietSpace?: boolean;
  alcoholFree?: boolean;
}

export interface Talk {
  title: string;
  /** A role or an organisation, never a person. */
  givenBy: string;
}

export interface Meetup {
  id: string;
  group: string;
  title: string;
  summary: string | null;
  status: MeetupStatus;
  startsAt: Instant;
  endsAt: Instant;
  timeZone: string;
  attendance: Attendance;
  venue: Venue | null;
  points: string[];
  host: string | null;
  talks: Talk[];
  bookingUrl: string | null;
  materialsUrl: string | null;
  synthetic: boolean;
}

export interface CaseStudy {
  id: string;
  title: string;
  summary: string;
  council: string | null;
  points: string[];
  url: string | null;
  publishedAt: Instant;
  reviewedOn: string | null;
  synthetic: boolean;
}

export interface Offer {
  id: string;
  council: string;
  kind: OfferKind;
  point: string | null;
  remote: boolean;
  availableFrom: string | null;
  note: string | null;
  askUrl: string;
  offeredAt: Instant;
  synthetic: boolean;
}

export interface Seat {
  role: PanelRole;
  council?: string;
}

export interface Action {
  text: string;
  dueOn: string;
  doneOn?: string;
}

export interface PointOutcome {
  point: string;
  outcome: string;
  doneWell?: string;
  actions: Action[];
  advice?: string;
}

export interface ServiceAssessment {
  id: string;
  council: string;
  service: string;
  standard: string;
  stage: Stage;
  kind: AssessmentKind;
  heldOn: string;
  scheme: string;
  result: string;
  panel: Seat[];
  points: PointOutcome[];
  previous: string | null;
  synthetic: boolean;
}
