/**
 * Refusing secrets in values: they would end up in Temporal's history and in the release.
 *
 * @module
 */
import { holdsSecret, isReference } from '../../../redaction/keys.js';
import type { Issue } from '../../files/document/issue.js';
import type { Path, SourceDocument } from '../../files/document/source-document.js';
import type { JsonValue, Values } from '../plan-types.js';

const credentialsInUrl = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;

const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

const hint =
  'keep it in a Secret of the namespace and name that Secret here, e.g. by the value `existingSecret`';

/**
 * An issue for every literal below `path` that looks like a secret; the literal itself is never told. Environment variables, as
 * `{ name: DB_PASSWORD, value: … }`, count by their name.
 */
export function findSecrets(document: SourceDocument, path: Path, values: Values): Issue[] {
  const issues: Issue[] = [];
  const inspect = (at: Path, key: string, value: JsonValue, secret: boolean): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        inspect([...at, index], key, item, secret);
      }
    } else if (typeof value === 'object' && value !== null) {
      const named = typeof value['name'] === 'string' && holdsSecret(value['name']);
      for (const [inner, innerValue] of Object.entries(value)) {
        inspect(
          [...at, inner],
          inner,
          innerValue,
          holdsSecret(inner) || (inner === 'value' && named) || (secret && !isReference(inner)),
        );
      }
    } else if (isLiteralSecret(value, secret)) {
      issues.push(document.issueAtValue(at, `${JSON.stringify(key)} holds a secret`, hint));
    }
  };
  inspect(path, '', values, false);
  return issues;
}

function isLiteralSecret(value: string | number | boolean | null, secret: boolean): boolean {
  if (typeof value === 'string') {
    return (secret && value !== '') || credentialsInUrl.test(value) || privateKey.test(value);
  }
  return secret && typeof value === 'number';
}
