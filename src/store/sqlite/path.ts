/** The file of a `sqlite:` URL (or `:memory:`); undefined for another engine's. */
export const sqlitePath = (url: string): string | undefined => /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1]
