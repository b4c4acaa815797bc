/** What the attributes of the element ask for, and the address that answers it. Pure. */

export const ATTRIBUTES = [
  'region',
  'group',
  'for-council',
  'host',
  'point',
  'limit',
  'language',
  'lang',
  'heading-level',
  'layout',
  'src',
] as const;

export type Language = 'en' | 'cy';

const LAYOUTS = ['list', 'cards', 'compact'] as const;
export type Layout = (typeof LAYOUTS)[number];

/** Attributes that choose meet-ups, with the parameters they become. Always in this order: one list, one address. */
const PARAMETERS: readonly (readonly [attribute: string, parameter: string])[] = [
  ['region', 'region'],
  ['group', 'group'],
  ['for-council', 'forCouncil'],
  ['host', 'host'],
  ['point', 'point'],
  ['limit', 'limit'],
];

const DEFAULT_HEADING_LEVEL = 3;

export interface Settings {
  /** Where the gateway is; empty if nothing says so. */
  origin: string;
  /** What to ask; empty without a gateway. */
  address: string;
  language: Language;
  headingLevel: number;
  layout: Layout;
  /** A list of one group or region says by its title whose it is. */
  isOfOnePlace: boolean;
}

export interface Surroundings {
  /** The language of the page around the element. */
  language: string;
  /** The address of the page. */
  page: string;
  /** Where the script came from; empty if unknown. */
  script: string;
}

export function settingsOf(attribute: (name: string) => string | null, around: Surroundings): Settings {
  const value = (name: string): string => attribute(name)?.trim() ?? '';
  const language = languageOf(value('language') || around.language);
  const origin = value('src') ? originOf(value('src'), around.page) : around.script;
  const level = Number(value('heading-level'));
  return {
    origin,
    // What the editor wrote is for the gateway to judge: it says so if it does not speak it.
    address: origin && addressOf(origin, value, value('language') || language),
    language,
    headingLevel: Number.isInteger(level) && level >= 2 && level <= 6 ? level : DEFAULT_HEADING_LEVEL,
    layout: LAYOUTS.find((layout) => layout === value('layout')) ?? 'list',
    isOfOnePlace: (value('group') || value('region')) !== '',
  };
}

/** Where a script came from, by its element or else by the first address in its call stack; empty if neither tells. */
export function scriptOrigin(src: string, stack: string): string {
  return originOf(src || (/https?:\/\/[^\s)]+/.exec(stack)?.[0] ?? ''));
}

function addressOf(origin: string, value: (name: string) => string, language: string): string {
  const asked = new URLSearchParams();
  for (const [attribute, parameter] of PARAMETERS) {
    if (value(attribute)) asked.set(parameter, value(attribute));
  }
  asked.set('language', language);
  return `${origin}/embed/meetups.json?${asked.toString()}`;
}

function languageOf(tag: string): Language {
  return /^cy\b/i.test(tag) ? 'cy' : 'en';
}

function originOf(address: string, page?: string): string {
  try {
    const { protocol, origin } = new URL(address, page);
    return /^https?:$/.test(protocol) ? origin : '';
  } catch {
    return '';
  }
}
