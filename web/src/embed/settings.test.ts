import { describe, expect, it } from 'vitest';
import { scriptOrigin, settingsOf, type Settings } from './settings';

const around = { language: 'en-GB', page: 'https://www.kent.example/digital/', script: 'https://gateway.example' };

function settings(attributes: Record<string, string>, surroundings = around): Settings {
  return settingsOf((name) => attributes[name] ?? null, surroundings);
}

describe('the address', () => {
  it('is of the script’s own gateway, in the page’s language', () => {
    expect(settings({}).address).toBe('https://gateway.example/embed/meetups.json?language=en');
  });

  it('has each attribute that chooses, encoded and in one order', () => {
    const attributes = {
      limit: '5',
      point: ' user research&x=1 ',
      host: 'a',
      'for-council': 'b',
      group: 'c',
      region: 'd',
    };

    expect(new URL(settings(attributes).address).search).toBe(
      '?region=d&group=c&forCouncil=b&host=a&point=user+research%26x%3D1&limit=5&language=en',
    );
  });

  it('leaves it to the gateway to refuse a language that an editor wrote', () => {
    expect(settings({ language: 'fr' })).toMatchObject({ language: 'en' });
    expect(new URL(settings({ language: 'fr' }).address).search).toBe('?language=fr');
    expect(new URL(settings({}, { ...around, language: 'fr' }).address).search).toBe('?language=en');
  });

  it('leaves out what is empty', () => {
    expect(settings({ region: ' ', limit: '' }).address).toBe(settings({}).address);
  });

  it.each([
    ['https://other.example/some/page', 'https://other.example'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['/', 'https://www.kent.example'],
  ])('asks the gateway that src names: %s', (src, origin) => {
    expect(settings({ src })).toMatchObject({ origin, address: `${origin}/embed/meetups.json?language=en` });
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'https://', 'ftp://gateway.example'])(
    'is empty for a src that is no gateway: %s',
    (src) => {
      expect(settings({ src })).toMatchObject({ origin: '', address: '' });
    },
  );

  it('is empty when nothing says where the gateway is', () => {
    expect(settings({ region: 'kent' }, { ...around, script: '' }).address).toBe('');
  });
});

describe('the language', () => {
  it.each([
    [{}, 'cy', 'cy'],
    [{}, 'cy-GB', 'cy'],
    [{}, 'CY', 'cy'],
    [{}, '', 'en'],
    [{}, 'cym', 'en'],
    [{}, 'fr', 'en'],
    [{ language: 'en' }, 'cy', 'en'],
    [{ language: 'cy' }, 'en', 'cy'],
  ])('of %o in a page in "%s" is %s', (attributes, language, expected) => {
    expect(settings(attributes, { ...around, language }).language).toBe(expected);
  });
});

describe('the looks', () => {
  it.each([
    ['2', 2],
    ['6', 6],
    ['1', 3],
    ['7', 3],
    ['2.5', 3],
    ['', 3],
    ['two', 3],
  ])('heading-level "%s" is %d', (level, expected) => {
    expect(settings({ 'heading-level': level }).headingLevel).toBe(expected);
  });

  it.each([
    ['cards', 'cards'],
    ['compact', 'compact'],
    ['mosaic', 'list'],
    ['', 'list'],
  ])('layout "%s" is %s', (layout, expected) => {
    expect(settings({ layout }).layout).toBe(expected);
  });
});

describe('the script’s origin', () => {
  const script = 'https://gateway.example:8443/embed/1.0.0/meetups.js';

  it('is its element’s', () => {
    expect(scriptOrigin(script, '')).toBe('https://gateway.example:8443');
  });

  it.each([
    ['Chromium', `Error\n    at ${script}:1:2345\n    at ${script}:1:9`],
    ['Chromium in a function', `Error\n    at main (${script}:1:2345)`],
    ['Firefox', `@${script}:1:2345\n`],
    ['Safari', `module code@${script}:1:2345`],
  ])('is found in the call stack of a module in %s', (_, stack) => {
    expect(scriptOrigin('', stack)).toBe('https://gateway.example:8443');
  });

  it('is empty where nothing tells', () => {
    expect(scriptOrigin('', 'Error\n    at file:///tmp/meetups.js:1:1')).toBe('');
  });
});
