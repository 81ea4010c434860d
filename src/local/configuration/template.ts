/**
 * Configuration files with `{{names}}` in them. Pure.
 *
 * @module
 */

/** A value as it is written in YAML, TOML, JSON and a Corefile alike: JSON's notation is valid in all four. */
export type TemplateValues = Readonly<Record<string, string | boolean>>;

/**
 * Replaces each `{{name}}` by its value in JSON notation.
 *
 * @throws Error if the template names a value that is not given.
 */
export function renderTemplate(template: string, values: TemplateValues): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`the template wants ${name}, which is not given`);
    }
    return JSON.stringify(value);
  });
}
