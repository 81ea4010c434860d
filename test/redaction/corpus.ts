/**
 * Secrets as people and programs draw them, and the ways in which texts carry them. Written without the product's own patterns.
 *
 * @module
 */

/** Twenty shapes of secret. */
export const shapes: Readonly<Record<string, string>> = {
  word: 'hunter2hunter2',
  hex: '9f86d081884c7d659a2feaa0c55ad015',
  alphanumeric: 'q7Zt0vKd4RbW8sXm',
  base64: 'c2VjcmV0LWtleS13aXRoLXBhZGRpbmc/+A==',
  uuid: '6fa459ea-ee8a-4ca4-894e-db77e160355e',
  passphrase: 'correct horse battery staple',
  comma: 'pa55,word1234',
  quoted: 'ab"cdefghij',
  apostrophe: "it's-a-secret-7",
  backslash: String.raw`C:\pass\word9`,
  at: 'pa@ssw0rd!x',
  markup: '<b>&amp;1234</b>',
  ampersand: 'a&b=c&d<e>f',
  percent: 'p%41ss%20w0rd',
  slash: 'a/b+c/d+e=f==',
  umlaut: 'schlüssel-größe-ß',
  emoji: 'pässwörd-🔑-42',
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P',
  dollar: '$ecret${HOME}`id`#1',
  key: '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04fSeQ6tF1aY\n-----END EC PRIVATE KEY-----\n',
};

const json = (value: unknown): string => JSON.stringify(value);
const inner = (text: string): string => json(text).slice(1, -1);
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const xml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** Twenty-five encodings. */
export const encodings: Readonly<Record<string, (secret: string) => string>> = {
  'as it is': (secret) => secret,
  'a string of JSON': (secret) => json({ a: secret }),
  'JSON in JSON': (secret) => json({ a: json({ b: secret }) }),
  'JSON in JSON in JSON': (secret) => json({ a: json({ b: json([secret]) }) }),
  'JSON as Go writes it': (secret) =>
    json({ a: secret }).replaceAll(
      /[<>&]/g,
      (each) => `\\u00${each.charCodeAt(0).toString(16).padStart(2, '0')}`,
    ),
  'JSON in ASCII': (secret) =>
    json({ a: secret }).replaceAll(
      /[\u007F-\uFFFF]/g,
      (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  'JSON with escaped slashes': (secret) => json({ a: secret }).replaceAll('/', String.raw`\/`),
  XML: (secret) => `<value>${xml(secret)}</value>`,
  'XML in numbers': (secret) =>
    `<value>${secret.replaceAll(/[&<>"']/g, (each) => `&#x${each.charCodeAt(0).toString(16)};`)}</value>`,
  'XML in JSON': (secret) => json({ a: `<value>${xml(secret)}</value>` }),
  'an address': (secret) => `http://h/?p=${encodeURIComponent(secret)}&q=1`,
  'an address, in lower case': (secret) =>
    `http://h/?p=${encodeURIComponent(secret).replaceAll(/%../g, (each) => each.toLowerCase())}&q=1`,
  'an address, escaped twice': (secret) => `h?p=${encodeURIComponent(encodeURIComponent(secret))}`,
  'a form': (secret) => new URLSearchParams({ p: secret, q: '1' }).toString(),
  hex: (secret) => `0x${hex(secret)}`,
  'hex in capitals': (secret) => hex(secret).toUpperCase(),
  'bytes of Python': (secret) =>
    `b'${[...Buffer.from(secret)].map((each) => (each > 126 || each < 32 ? `\\x${each.toString(16).padStart(2, '0')}` : each === 92 || each === 39 ? `\\${String.fromCharCode(each)}` : String.fromCharCode(each))).join('')}'`,
  base64: (secret) => `data: ${base64(secret)}`,
  'base64 of addresses': (secret) => Buffer.from(secret).toString('base64url'),
  'base64, wrapped': (secret) => base64(`${'x'.repeat(40)}:${secret}`).replaceAll(/(.{16})/g, '$1\n    '),
  'basic authorization': (secret) => `got Basic ${base64(`admin:${secret}`)} from 10.0.0.1`,
  'base64 in JSON': (secret) => json({ data: base64(`{"auth":"${secret}"}`) }),
  'base64 of JSON': (secret) => `config ${base64(json({ auths: { registry: { password: secret } } }))}`,
  'base64 of base64': (secret) => base64(`x ${base64(secret)}`),
  'a line of the log': (secret) => `2026-01-01 WARN refused ${inner(secret)}, tried 3 times`,
};

/** What a text says to somebody who wants to know: itself, with all that it encodes, in whatever order. */
export function readings(text: string): string[] {
  const seen = new Set([text]);
  for (const reading of seen) {
    if (seen.size > 600) break;
    for (const decode of decoders) for (const decoded of decode(reading)) seen.add(decoded);
  }
  return [...seen];
}

const decoders: readonly ((text: string) => string[])[] = [
  (text) =>
    [...text.matchAll(/"(?:[^"\\]|\\.)*"/g)].flatMap(([literal]) => {
      try {
        return [JSON.parse(literal) as string];
      } catch {
        return [];
      }
    }),
  (text) => [
    text
      .replaceAll(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
      .replaceAll('&#39;', "'")
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&'),
  ],
  (text) => [lenient(text), lenient(text.replaceAll('+', ' '))],
  (text) => [text.replaceAll(/\\(["'\\/])/g, '$1').replaceAll(String.raw`\n`, '\n')],
  (text) => [
    Buffer.from(
      text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      ),
      'latin1',
    ).toString('utf8'),
  ],
  (text) => [...text.matchAll(/[0-9a-f]{12,}/gi)].map(([digits]) => Buffer.from(digits, 'hex').toString()),
  (text) =>
    [...text.replaceAll(/\s+/g, '').matchAll(/[\w+/-]{8,}/g), ...text.matchAll(/[\w+/-]{8,}/g)].flatMap(
      ([run]) => [0, 1, 2, 3].map((skipped) => Buffer.from(run.slice(skipped), 'base64').toString()),
    ),
];

function lenient(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
  );
}
