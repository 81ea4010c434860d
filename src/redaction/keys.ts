/**
 * Which keys hold secrets, by their names. Pure.
 *
 * @module
 */

/**
 * Matches keys that hold a secret itself (`rootPassword`, `AWS_SECRET_ACCESS_KEY`), not those that name where one
 * lies (`existingSecret`, `passwordKey`, `tokenRef`); applied to the key in lower case without hyphens and the like.
 */
const secretKey =
  /(password|passwd|passphrase|pwd|secretkey|accesskey|accesskeyid|secretkeyid|privatekey|apikey|encryptionkey|signingkey|masterkey|token|credential|clientsecret|sharedsecret|jwtsecret|cookiesecret|sensitivepropskey|jaasconfig|connectionstring)s?\d*$|^(pass|dsn)$|dbpass$|dsn$/;

/** Matches keys below one that holds secrets which name where a secret lies, or whose it is. */
const referenceKey =
  /^(existing.*|.*(ref|name|names|namespace)|secret|user|users|username|key|keys|type|algorithm|enabled|host|port|mountpath|path)$/;

/** Matches keys of Secrets that hold no secret, if what they hold looks like a name, too. */
const nameKey =
  /(user|username|login|host|hostname|port|database|dbname|db|name|namespace|bucket|region|endpoint|schema|role|type)$/;

/** `postgres`, `data-lake`, `minio-0`: nothing that somebody would draw at random. */
const wordLike = /^[a-z]+([-_.][a-z]+)*[-_]?\d{0,3}$/;

/** Whether a key of this name holds a secret itself, and not the name of where one lies. */
export function holdsSecret(key: string): boolean {
  return secretKey.test(plain(key));
}

/** Whether a key below one that holds secrets, as in `credentials: { user: … }`, only says whose or where it is. */
export function isReference(key: string): boolean {
  return referenceKey.test(plain(key));
}

/** Whether a Secret has this under a key only for the sake of order: a user, a host, a database. */
export function isPublic(key: string, value: string): boolean {
  return nameKey.test(plain(key)) && wordLike.test(value);
}

function plain(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
