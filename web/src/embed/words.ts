/** What the component says by itself, in English and Welsh. Labels of the list come from the gateway, ready to print. */
import type { Language } from './settings';

export interface Words {
  title: string;
  loading: string;
  none: string;
  /** When something is missing from the answer, an empty list does not mean that there are none. */
  noneKnown: string;
  unavailable: string;
  outdated: string;
  retry: string;
  refused: string;
  forEditors: string;
  noGateway: string;
  cancelled: string;
  held: string;
  group: string;
  points: string;
  book: string;
  addToCalendar: string;
  all: string;
  subscribe: string;
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Upcoming meet-ups',
    loading: 'Loading meet-ups…',
    none: 'No meet-ups planned yet',
    noneKnown: 'No meet-ups can be shown just now',
    unavailable: 'Meet-ups cannot be shown just now.',
    outdated: 'This list could not be updated just now. It may be out of date.',
    retry: 'Try again',
    refused: 'Meet-ups cannot be shown here: the settings of this list need to be corrected.',
    forEditors: 'For the editors of this site',
    noGateway: 'The attribute src has to name the address of a Folkmoot gateway.',
    cancelled: 'Cancelled',
    held: 'Took place',
    group: 'Group',
    points: 'About',
    book: 'Book a place',
    addToCalendar: 'Add to calendar',
    all: 'All meet-ups',
    subscribe: 'Subscribe in your calendar',
  },
  cy: {
    title: 'Cyfarfodydd i ddod',
    loading: 'Wrthi’n llwytho’r cyfarfodydd…',
    none: 'Dim cyfarfodydd wedi’u trefnu eto',
    noneKnown: 'Ni ellir dangos unrhyw gyfarfodydd ar hyn o bryd',
    unavailable: 'Ni ellir dangos y cyfarfodydd ar hyn o bryd.',
    outdated: 'Ni ellir diweddaru’r rhestr hon ar hyn o bryd. Efallai nad yw’n gyfredol.',
    retry: 'Ceisio eto',
    refused: 'Ni ellir dangos y cyfarfodydd yma: mae angen cywiro gosodiadau’r rhestr hon.',
    forEditors: 'I olygyddion y wefan hon',
    noGateway: 'Rhaid i src roi cyfeiriad porth Folkmoot.',
    cancelled: 'Wedi’i ganslo',
    held: 'Wedi’i gynnal',
    group: 'Grŵp',
    points: 'Pynciau',
    book: 'Archebu lle',
    addToCalendar: 'Ychwanegu at y calendr',
    all: 'Pob cyfarfod',
    subscribe: 'Tanysgrifio yn eich calendr',
  },
};
