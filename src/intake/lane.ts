/** Lanes into which the journal is parted: enough for any number of workers, few enough to be asked for in one read. */
export const laneCount = 64

/** The lane of a keyed hash (a patient's id, or the entry's where no patient is known). */
export const laneOf = (hash: string): number => parseInt(hash.slice(0, 2), 16) & (laneCount - 1)
export const allLanes: readonly number[] = Array.from({ length: laneCount }, (_, lane) => lane)
