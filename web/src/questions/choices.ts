/** What the pick-lists offer, read from the API. */
import { ask } from '../api/ask';
import { CouncilsDocument, type CouncilsQuery, PointsDocument, RegionsDocument } from '../api/generated/graphql';
import { councilOptions, type Option, type OptionGroup } from './options';

export interface Choices {
  regions: readonly Option[];
  /** One group for each standard. */
  points: readonly OptionGroup[];
  councils: readonly Option[];
}

export const noChoices: Choices = { regions: [], points: [], councils: [] };

export async function loadChoices(): Promise<Choices> {
  const [regions, points, councils] = await Promise.all([loadRegions(), loadPoints(), loadCouncils()]);
  return { regions, points, councils };
}

async function loadRegions(): Promise<Option[]> {
  const { regions } = await ask(RegionsDocument, {});
  return regions.map(({ code, name }) => ({ value: code, label: name }));
}

async function loadPoints(): Promise<OptionGroup[]> {
  const { standards } = await ask(PointsDocument, {});
  return standards.map(({ title, points }) => ({
    label: title,
    options: points.map(({ ref, slug, number, label }) => ({
      value: ref,
      label: `${number}. ${label}`,
      aliases: [slug],
    })),
  }));
}

async function loadCouncils(): Promise<Option[]> {
  const today = new Date().toISOString().slice(0, 10);
  const [standing, abolished] = await Promise.all([councils(null), councils(today)]);
  return councilOptions([...standing, ...abolished]).sort((a, b) => a.label.localeCompare(b.label, 'en-GB'));
}

/** Those that stand today, or those that had ended by a day. */
async function councils(endingBefore: string | null): Promise<CouncilsQuery['councils']['nodes']> {
  const found: CouncilsQuery['councils']['nodes'] = [];
  let after: string | null = null;
  do {
    const { councils: page }: CouncilsQuery = await ask(CouncilsDocument, { endingBefore, after });
    found.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  return found;
}
